// Whatever a log says, it is judged, folded or found wrong; nothing in it stops the program.
//
//   BILLING_FORGERIES  how many random ones (default 400)
//   BILLING_SEED       default 1
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/setting.h"
#include "tests/replay/story.h"
#include "tools/replay/audit.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::Record;

Record Parsed(const std::string& bytes) {
  Record record;
  EXPECT_TRUE(record.ParseFromString(bytes));
  return record;
}

std::optional<Finding> AuditOf(const RecordedLog& log, Depth depth) {
  RecordsSource source(log);
  Audit audit(source, {.depth = depth});
  return audit.Run();
}

class Forgeries : public model::ModelTest {
 protected:
  // An account with two cards, two subscriptions on one of them, and a paid charge.
  Forgeries() : story_(vault()) {
    story_.Open();                                       // 1
    story_.AddCard("visa");                              // 2
    story_.AddCard("amex");                              // 3
    story_.Subscribe("web", "visa");                     // 4
    story_.Subscribe("mail", "visa");                    // 5
    story_.Charge("march", "web");                       // 6
    story_.Pay("march", v1::PAYMENT_OUTCOME_SUCCEEDED);  // 7
    story_.SetActive("web", "amex");                     // 8
    story_.Remove("visa");                               // 9
    log_ = story_.log();
    EXPECT_EQ(log_.records.size(), 9u);
  }

  void Change(uint64_t position, const std::function<void(Record&)>& change) {
    Record record = Parsed(log_.records[position - 1]);
    change(record);
    log_.records[position - 1] = record.SerializeAsString();
  }
  // Both a fold of what was recorded and judging it end there.
  void ExpectWrongAt(uint64_t position, const std::string& words) const {
    const auto folded = AuditOf(log_, Depth::kFold);
    ASSERT_TRUE(folded) << "not found";
    EXPECT_EQ(folded->kind, Kind::kFormat) << InWords(*folded);
    EXPECT_EQ(folded->from, position) << InWords(*folded);
    EXPECT_EQ(folded->to, position) << InWords(*folded);
    EXPECT_TRUE(absl::StrContains(folded->reason, words)) << InWords(*folded);
    const auto judged = AuditOf(log_, Depth::kJudge);
    ASSERT_TRUE(judged) << "not found";
    EXPECT_EQ(judged->from, position) << InWords(*judged);
  }

  Story story_;
  RecordedLog log_;
};

TEST_F(Forgeries, OfNothingAllHolds) {
  EXPECT_FALSE(AuditOf(log_, Depth::kFold));
  EXPECT_FALSE(AuditOf(log_, Depth::kJudge));
}

TEST_F(Forgeries, ACardThatNoRecordAdded) {
  Change(8, [](Record& record) {
    record.mutable_event()->mutable_active_card_changed()->set_card("cards/none");
  });
  ExpectWrongAt(8, "names a card that no record added");
}

TEST_F(Forgeries, ASubscriptionThatNoRecordCreated) {
  Change(8, [](Record& record) {
    record.mutable_event()->mutable_active_card_changed()->mutable_moves(0)->set_subscription(
        "subscriptions/none");
  });
  ExpectWrongAt(8, "names a subscription that no record created");
}

TEST_F(Forgeries, AChargeThatNoRecordMade) {
  Change(7, [](Record& record) {
    record.mutable_event()->mutable_payment_succeeded()->set_charge("charges/none");
  });
  ExpectWrongAt(7, "names a charge that no record made");
}

TEST_F(Forgeries, AnIdThatIsUsedAgain) {
  Change(3, [](Record& record) {
    record.mutable_event()->mutable_card_added()->mutable_card()->set_name("cards/visa");
  });
  ExpectWrongAt(3, "under an id that was used before");
}

TEST_F(Forgeries, SomethingWithoutAnId) {
  Change(2, [](Record& record) {
    record.mutable_event()->mutable_card_added()->mutable_card()->set_name("cards/");
    record.mutable_command()->set_id_generated(true);
  });
  ExpectWrongAt(2, "makes something without an id");
}

TEST_F(Forgeries, AnAmountThatIsNone) {
  Change(6, [](Record& record) {
    auto& charge = *record.mutable_event()->mutable_charge_recorded()->mutable_charge();
    charge.mutable_amount()->set_nanos(1);
  });
  ExpectWrongAt(6, "holds an amount that is none");
}

TEST_F(Forgeries, AnExpiryThatIsNoMonth) {
  Change(2, [](Record& record) {
    auto& card = *record.mutable_event()->mutable_card_added()->mutable_card();
    card.mutable_expiry()->set_month(13);
  });
  ExpectWrongAt(2, "an expiry that is no month");
}

TEST_F(Forgeries, AKindThatNobodyKnows) {
  Change(4, [](Record& record) {
    auto& fact = *record.mutable_event()->mutable_subscription_created();
    fact.mutable_subscription()->set_kind(static_cast<v1::SubscriptionKind>(77));
  });
  ExpectWrongAt(4, "a subscription of no known kind");
}

TEST_F(Forgeries, ARemovalOfACardThatStillPays) {
  Change(9, [](Record& record) {
    record.mutable_event()->mutable_card_removed()->set_card("cards/amex");
  });
  ExpectWrongAt(9, "removes a card that still pays");
}

TEST_F(Forgeries, ARoleOfNobody) {
  Change(9, [](Record& record) {
    record.mutable_event()->mutable_role_granted()->set_principal(std::string("users/a\0b", 9));
  });
  ExpectWrongAt(9, "grants a role that is none, or to nobody");
}

TEST_F(Forgeries, ATransferThatIsNot) {
  Change(9, [](Record& record) {
    auto& fact = *record.mutable_event()->mutable_subscription_transferred_in();
    fact.mutable_subscription()->set_name("subscriptions/new");
    fact.mutable_subscription()->set_kind(v1::SUBSCRIPTION_KIND_CONSUMPTION);
    fact.set_transfer("transfers/none");
  });
  ExpectWrongAt(9, "a transfer without its full name");
}

TEST_F(Forgeries, ATimeAfterAllTimes) {
  Change(9, [](Record& record) { record.mutable_command()->set_commit_time_us(INT64_MAX); });
  ExpectWrongAt(9, "after the year 9999");
}

// A command of two records, the first of which opens the account in which the second removes
// a card.
TEST_F(Forgeries, ARemovalInAnAccountThatIsOnlyBeingOpened) {
  RecordedLog log = log_;
  Record opens = Parsed(log.records[0]);
  opens.mutable_command()->set_record_count(2);
  Record removes = Parsed(log.records[8]);
  removes.mutable_event()->set_position(2);
  removes.mutable_event()->set_stream_revision(2);
  removes.set_index(1);
  removes.clear_command();
  log.records = {opens.SerializeAsString(), removes.SerializeAsString()};
  const auto folded = AuditOf(log, Depth::kFold);
  ASSERT_TRUE(folded);
  EXPECT_EQ(folded->from, 2u) << InWords(*folded);
  const auto judged = AuditOf(log, Depth::kJudge);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->from, 2u) << InWords(*judged);
}

// Changes anything in a log, field by field, without knowing what a field means.
class Forger {
 public:
  Forger(uint64_t seed, const RecordedLog& log) : random_(seed), log_(log) {}

  // Of a random record; gives its position.
  uint64_t Forge(RecordedLog& log) {
    const size_t at = Below(log_.records.size());
    Record record = Parsed(log_.records[at]);
    for (size_t changes = 1 + Below(2); changes > 0; --changes) Change(record);
    log.records[at] = record.SerializeAsString();
    return at + 1;
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  void Change(Message& message) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    if (fields.empty() || Below(8) == 0) {
      // One that is not set.
      const auto* type = message.GetDescriptor();
      if (type->field_count() == 0) return;
      fields = {type->field(static_cast<int>(Below(static_cast<size_t>(type->field_count()))))};
    }
    const FieldDescriptor* field = fields[Below(fields.size())];
    if (field->is_repeated()) {
      ChangeRepeated(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ChangeNested(message, field);
    } else {
      ChangeValue(message, field);
    }
  }

  void ChangeRepeated(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, field);
    if (size > 0 && Below(2) == 0) return reflection.RemoveLast(&message, field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(&message, field, Text());
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Change(*reflection.AddMessage(&message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.AddEnumValue(&message, field, static_cast<int>(Number()));
    }
  }

  void ChangeNested(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    if (Below(10) == 0) return reflection.ClearField(&message, field);
    if (field->containing_oneof() != nullptr && Below(4) == 0) {
      // Another record's fact.
      const Record other = Parsed(log_.records[Below(log_.records.size())]);
      if (message.GetDescriptor() == Event::descriptor()) {
        const Event& fact = other.event();
        const auto* data = fact.GetReflection()->GetOneofFieldDescriptor(
            fact, Event::descriptor()->FindOneofByName("data"));
        reflection.MutableMessage(&message, data)->CopyFrom(reflection.GetMessage(fact, data));
        return;
      }
    }
    Change(*reflection.MutableMessage(&message, field));
  }

  void ChangeValue(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    const auto type = field->cpp_type();
    if (type == FieldDescriptor::CPPTYPE_STRING) {
      reflection.SetString(&message, field, Text());
    } else if (type == FieldDescriptor::CPPTYPE_BOOL) {
      reflection.SetBool(&message, field, !reflection.GetBool(message, field));
    } else if (type == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.SetEnumValue(&message, field, static_cast<int>(Number()));
    } else if (type == FieldDescriptor::CPPTYPE_INT32) {
      reflection.SetInt32(&message, field, static_cast<int32_t>(Number()));
    } else if (type == FieldDescriptor::CPPTYPE_INT64) {
      reflection.SetInt64(&message, field, Number());
    } else if (type == FieldDescriptor::CPPTYPE_UINT32) {
      reflection.SetUInt32(&message, field, static_cast<uint32_t>(Number()));
    } else if (type == FieldDescriptor::CPPTYPE_UINT64) {
      reflection.SetUInt64(&message, field, static_cast<uint64_t>(Number()));
    }
  }

  std::string Text() {
    const std::vector<std::string> texts = {"",
                                            "visa",
                                            "cards/visa",
                                            "cards/none",
                                            "subscriptions/web",
                                            "billingProfiles/none",
                                            "transfers/none",
                                            "charges/march",
                                            "billingAccounts/acme",
                                            "billingAccounts/acme/cards/visa",
                                            "billingAccounts/none/transfers/none",
                                            "billingAccounts//",
                                            "users/mallory",
                                            "services/scheduler",
                                            std::string("a\0b", 3),
                                            std::string("users/a\0b", 9),
                                            "expiry",
                                            "EUR",
                                            "\"7\"",
                                            std::string(2'000, 'x')};
    return texts[Below(texts.size())];
  }
  int64_t Number() {
    const std::vector<int64_t> numbers = {
        0, 1, 2, 3, 5, 7, 13, 99, 100'000, -1, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    return numbers[Below(numbers.size())];
  }

  std::mt19937_64 random_;
  const RecordedLog& log_;
};

class RandomForgeries : public model::ModelTest {};

TEST_F(RandomForgeries, AreNeverMoreThanAFinding) {
  const int count = Setting("BILLING_FORGERIES", 400);
  const auto seed = static_cast<uint64_t>(Setting("BILLING_SEED", 1));
  std::cout << count << " forgeries, seed " << seed << "\n";
  const RecordedLog log = RandomLog(vault(), seed, 250);
  Forger forger(seed, log);
  int folds_that_end = 0;
  int judged_wrong = 0;
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", forgery ", i));
    RecordedLog forged = log;
    const uint64_t position = forger.Forge(forged);
    const uint64_t command = position - Parsed(log.records[position - 1]).index();
    const auto folded = AuditOf(forged, Depth::kFold);
    const auto judged = AuditOf(forged, Depth::kJudge);
    const std::string words = absl::StrCat(folded ? InWords(*folded) : "can be folded", "\n",
                                           judged ? InWords(*judged) : "is judged right");
    // Nothing is wrong before the command that was forged.
    EXPECT_TRUE(!folded || folded->from >= command) << words;
    EXPECT_TRUE(!judged || judged->from >= command) << words;
    // Judging sees all that folding does.
    EXPECT_TRUE(judged || !folded) << words;
    folds_that_end += folded ? 1 : 0;
    judged_wrong += judged ? 1 : 0;
  }
  std::cout << folds_that_end << " cannot be folded, " << judged_wrong << " are judged wrong\n";
  // Else this tests nothing. Salts, sealed bytes and the like only the tree tells.
  EXPECT_GE(folds_that_end, count / 10);
  EXPECT_GE(judged_wrong, count / 2);
}

}  // namespace
}  // namespace billing::replay

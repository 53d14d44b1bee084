#include "server/calls/command_call.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "aggregates/kernel/uuid.h"
#include "server/calls/command_parts.h"
#include "server/calls/trace_parent.h"
#include "server/counting.h"

namespace billing::server {
namespace {

// The server would make the id of the new resource; validating makes none. What the
// command only changes keeps its name.
void ClearNewName(const billing::v1::Command& command, storage::v1::Answer& answer) {
  if (command.has_accept_transfer()) {
    answer.mutable_subscription()->clear_name();
    answer.mutable_transfer()->clear_to_subscription();
    return;
  }
  if (answer.has_card()) answer.mutable_card()->clear_name();
  if (answer.has_subscription()) answer.mutable_subscription()->clear_name();
  if (answer.has_billing_account()) answer.mutable_billing_account()->clear_name();
  if (answer.has_billing_profile()) answer.mutable_billing_profile()->clear_name();
  if (answer.has_charge()) answer.mutable_charge()->clear_name();
  if (answer.has_transfer()) answer.mutable_transfer()->clear_name();
}

class CommandCall final : public Reactor, private LoopWork {
 public:
  CommandCall(const CallParts& parts, Call& call, Respond respond)
      : Reactor(call),
        parts_(parts),
        respond_(std::move(respond)),
        trace_parent_(TraceParentIn(call.metadata())),
        start_us_(parts.engine.clock().SteadyUs()) {}

  // On the loop's thread, like all but Decided and what follows it. What is malformed is told
  // before who may not call.
  void Run(const grpc::ByteBuffer& bytes, const RequestIn& request_in) {
    billing::v1::Command command;
    google::protobuf::Message& message = *request_in(command);
    rpc_ = request::NameOf(command);
    kind_ = KindOf(command.command_case());
    // First of all, so that the log names whoever sent what is malformed.
    auto checked = parts_.credentials.Check(call().metadata());
    if (auto* caller = std::get_if<kernel::Caller>(&checked)) caller_ = std::move(*caller);
    auto unreadable = ReadMessage(bytes, message);
    if (!unreadable.empty()) return Fail(InvalidRequest(std::move(unreadable)));
    const kernel::Instant now = parts_.engine.Now();
    auto parsed = request::Parse(command, FreshId(now), now);
    if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
      return Fail(InvalidRequest(std::move(*violations)));
    }
    auto& request = std::get<request::Request>(parsed);
    request_id_ = request.request_id;
    if (auto* problem = std::get_if<Problem>(&checked)) return Fail(std::move(*problem));
    if (request.validate_only) {
      Validate(std::move(request));
    } else {
      Submit(std::move(request));
    }
  }

 private:
  void OnDone() override { delete this; }

  void Submit(request::Request request) {
    parts_.engine.Submit({.request = std::move(request),
                          .caller = *caller_,
                          .trace_parent = trace_parent_,
                          .abandoned = [this] { return call().IsAbandoned(); },
                          .done = [this](Outcome outcome) { Decided(std::move(outcome)); }});
  }

  void Validate(request::Request request) {
    validated_ = std::move(request);
    const bool queued = parts_.executor.Submit([this] {
      if (call().IsAbandoned()) return Decided(NotDone{NotDone::Kind::kCancelled, ""});
      Decided(parts_.engine.Validate(*validated_, *caller_));
    });
    if (!queued) Fail(QueueFull());
  }

  // From any thread. Answering is mostly the loop's: the engine goes on with the next commands.
  void Decided(Outcome outcome) {
    outcome_ = std::move(outcome);
    call().loop().RunOrPost(*this);
  }

  void RunOnLoop() override {
    if (auto* accepted = std::get_if<Accepted>(&*outcome_)) {
      Accept(*accepted);
    } else if (const auto* refused = std::get_if<Refused>(&*outcome_)) {
      Fail(ProblemOf(*refused));
    } else {
      Fail(ProblemOf(std::get<NotDone>(*outcome_), call().RemainingUs() <= 0));
    }
  }

  void Accept(Accepted& accepted) {
    View view{.account_id = accepted.account_id, .sight = std::move(accepted.sight)};
    const Presenter presenter = parts_.presenter.InMemory();
    if (presenter.Answer(*accepted.answer, view)) return Succeed(accepted);
    const bool queued = parts_.executor.Submit([this, &accepted, view] {
      static_cast<void>(parts_.presenter.Answer(*accepted.answer, view));
      Succeed(accepted);
    });
    if (queued) return;
    // What happened is answered all the same: the key is as good as one that cannot be read.
    view.sight.personal = false;
    static_cast<void>(presenter.Answer(*accepted.answer, view));
    Succeed(accepted);
  }

  // The answer, which is as it is shown, is used up.
  void Succeed(Accepted& accepted) {
    storage::v1::Answer& answer = *accepted.answer;
    if (validated_ && validated_->id_generated) ClearNewName(validated_->decided, answer);
    const grpc::ByteBuffer response =
        respond_(answer, ReceiptOf(accepted.receipt, validated_.has_value()));
    Count(validated_                  ? CallOutcome::kValidated
          : accepted.receipt.replayed ? CallOutcome::kReplayed
                                      : CallOutcome::kOk);
    if (parts_.logger.Wants(LogLevel::kInfo)) {
      LogLine line = Line("OK");
      line.Add("position", accepted.receipt.position);
      if (accepted.receipt.replayed) line.Add("replayed", "true");
      parts_.logger.Write(LogLevel::kInfo, line);
    }
    Finish(response);
  }

  void Fail(Problem problem) {
    Count(CountCommandProblem(parts_.metrics, problem));
    const bool ours =
        problem.code == grpc::StatusCode::INTERNAL || problem.code == grpc::StatusCode::UNKNOWN;
    const LogLevel level = ours ? LogLevel::kError : LogLevel::kInfo;
    if (parts_.logger.Wants(level)) {
      LogLine line = Line(NameOf(problem.code));
      line.Add("reason", problem.reason);
      for (const auto& [key, value] : problem.metadata) {
        if (key == "position" || key == "event_position") line.Add(key, value);
      }
      if (!problem.detail.empty()) line.Add("detail", problem.detail);
      parts_.logger.Write(level, line);
    }
    Finish(ToGrpcStatus(problem));
  }

  void Count(CallOutcome outcome) {
    duration_us_ = parts_.engine.clock().SteadyUs() - start_us_;
    parts_.metrics.CommandCalled(kind_, outcome, duration_us_);
  }

  LogLine Line(std::string_view code) const {
    LogLine line("command");
    line.Add("rpc", rpc_).Add("code", code);
    if (!request_id_.empty()) line.Add("request_id", kernel::UuidText(request_id_));
    if (caller_) line.Add("principal", caller_->principal.value());
    if (caller_ && caller_->on_behalf_of) {
      line.Add("on_behalf_of", caller_->on_behalf_of->value());
    }
    if (!trace_parent_.empty()) line.Add("trace_parent", trace_parent_);
    if (validated_) line.Add("validate_only", "true");
    line.Add("duration_us", duration_us_);
    return line;
  }

  const CallParts& parts_;
  const Respond respond_;
  const std::string trace_parent_;
  const int64_t start_us_;
  int64_t duration_us_ = 0;
  CommandKind kind_ = CommandKind::kUnknown;
  std::string rpc_;
  std::string request_id_;  // as bytes
  std::optional<kernel::Caller> caller_;
  // Set when it is only validated.
  std::optional<request::Request> validated_;
  std::optional<Outcome> outcome_;
};

}  // namespace

void CommandCalls::Start(Call& call, const grpc::ByteBuffer& request, const RequestIn& request_in,
                         Respond respond) const {
  (new CommandCall(parts_, call, std::move(respond)))->Run(request, request_in);
}

}  // namespace billing::server

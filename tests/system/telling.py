"""One long story of two accounts, in which everything that can happen over gRPC within a day
happens once at least: each chapter yields the answers of its commands, all of them accepted."""
from builders import THIS_YEAR
from wire import pb


def of_cards(acme, unused_corp):
    yield acme.open(business=True)
    yield acme.update(display_name="Acme")
    yield acme.set_policy(pb.Policy(max_cards=50))
    yield acme.subscribe("s1")
    yield acme.add_card("c1", "s1", set_active=True)
    yield acme.add_card("c2")
    yield acme.update_card("c1", "expiry",
                           fields={"expiry": pb.YearMonth(year=THIS_YEAR + 4, month=2)})
    yield acme.subscribe("s2", "c1")
    yield acme.rename("s2", "second")
    yield acme.cancel("s2")
    yield acme.reactivate("s2")
    yield acme.disable("s2")
    yield acme.set_active("s1", "c2")
    yield acme.set_active("s1", "c2")  # nothing to change
    yield acme.remove_card("c1")


def of_payments(acme, unused_corp):
    yield acme.add_card("c3")
    yield acme.past_due("p1", "s1")
    yield acme.settle("c2", "c3", 1000)
    yield acme.record_charge("p2", "s1")
    yield acme.pay("p2")
    yield acme.record_charge("p3", "s1")
    yield acme.void("p3")
    yield acme.request_invoice()
    yield acme.decide_invoice(approved=False)
    yield acme.request_invoice()
    yield acme.decide_invoice()
    yield acme.subscribe("s3", "c2")
    yield acme.to_invoice("s3")
    yield acme.subscribe("s4", "c2")
    yield acme.grant("users/bob", pb.ROLE_READER)
    yield acme.revoke("users/bob", pb.ROLE_READER)


def of_profiles(unused_acme, corp):
    yield corp.open(agreement=pb.AGREEMENT_CUSTOMER_AGREEMENT)
    for card in ("c1", "c2"):
        yield corp.add_card(card)
    for profile in ("main", "side"):
        yield corp.create_profile(profile, "c1")
    yield corp.replace("main", "c2")
    yield corp.subscribe("s1", profile="side")
    yield corp.bill_to("s1", "main")
    yield corp.detach("side")
    yield corp.past_due("q1", "s1")
    yield corp.settle("c2", "c1", 1000)
    yield corp.record_charge("q2", "s1")
    yield corp.pay("q2")
    yield corp.record_charge("q3", profile="main")
    yield corp.void("q3")


def of_transfers(acme, corp):
    yield acme.send("t1", "s4", corp)
    yield corp.decline_transfer(acme, "t1")
    yield acme.send("t2", "s4", corp)
    yield acme.cancel_transfer("t2")
    yield acme.send("t3", "s4", corp)
    yield corp.accept(acme, "t3", "s4", profile="main")
    yield corp.hand_over("users/bob")
    yield acme.subscribe("s5", "c2")


CHAPTERS = (of_cards, of_payments, of_profiles, of_transfers)

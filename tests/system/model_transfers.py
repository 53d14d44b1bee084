"""The facts of transfers: the only ones that concern two accounts."""
from things import OFFER_US, Problem, Transfer
from wire import microseconds, pb


class TransferFacts:
    """Part of model.State."""

    @staticmethod
    def _transfer_sent(account, fact, event, unused_request):
        sent, now = fact.transfer, microseconds(event.commit_time)
        if sent.name in account.transfers:
            return [Problem("FOLD", f"{sent.name} sent twice")]
        subscription = account.subscriptions.get(sent.subscription)
        problems = []
        if subscription is None or subscription.state != pb.SUBSCRIPTION_STATE_ACTIVE:
            problems.append(Problem("TRANSFER", f"{sent.subscription} offered, but not ACTIVE"))
        if sent.to_billing_account == account.name:
            problems.append(Problem("TRANSFER", f"{sent.name} goes to its own account"))
        for each in account.transfers.values():
            if (each.subscription == sent.subscription
                    and each.state_at(now) == pb.TRANSFER_STATE_PENDING):
                problems.append(Problem("TRANSFER", f"{sent.subscription} is offered twice"))
        account.transfers[sent.name] = Transfer(sent.name, sent.subscription,
                                                sent.to_billing_account, now, now + OFFER_US,
                                                event.position)
        return problems

    def _subscription_transferred_in(self, account, fact, event, unused_request):
        problems = self._new_subscription(account, fact.subscription, event)
        transfer = self.transfer(fact.transfer)
        if transfer is None:
            return problems + [Problem("TRANSFER", f"{fact.transfer} is not there")]
        if transfer.to_account != account.name:
            problems.append(Problem("TRANSFER", f"{transfer.name} was offered to "
                                    f"{transfer.to_account}"))
        if transfer.state_at(microseconds(event.commit_time)) != pb.TRANSFER_STATE_PENDING:
            problems.append(Problem("TRANSFER", f"{transfer.name} accepted in state "
                                    f"{transfer.state}"))
        transfer.to_subscription, transfer.arrived_at = fact.subscription.name, event.position
        return problems

    def _subscription_transferred_out(self, account, fact, event, unused_request):
        transfer = account.transfers.get(fact.transfer)
        if transfer is None:
            return [Problem("TRANSFER", f"{fact.transfer} is not there")]
        problems = []
        if transfer.subscription != fact.subscription:
            problems.append(Problem("TRANSFER", f"{fact.subscription} was not offered"))
        if not transfer.arrived_at or transfer.arrived_at != fact.position:
            problems.append(Problem("TRANSFER", f"{fact.subscription} left and did not arrive at "
                                    f"{fact.position}"))
        problems += self._end_transfer(transfer, event, pb.TRANSFER_STATE_ACCEPTED)
        return problems + self._change(
            account, fact.subscription, event, {pb.SUBSCRIPTION_STATE_ACTIVE},
            state=pb.SUBSCRIPTION_STATE_TRANSFERRED, card="")

    def _transfer_declined(self, account, fact, event, unused_request):
        if not fact.transfer.startswith(account.name + "/"):
            # In the receiving account's stream; the sender's own record follows.
            transfer = self.transfer(fact.transfer)
            return [] if transfer and transfer.to_account == account.name else [
                Problem("TRANSFER", f"{fact.transfer} declined by {account.name}")]
        return self._sender_ends(account, fact, event, pb.TRANSFER_STATE_DECLINED)

    def _transfer_cancelled(self, account, fact, event, unused_request):
        return self._sender_ends(account, fact, event, pb.TRANSFER_STATE_CANCELLED)

    def _transfer_expired(self, account, fact, event, unused_request):
        return self._sender_ends(account, fact, event, pb.TRANSFER_STATE_EXPIRED)

    def _sender_ends(self, account, fact, event, state):
        transfer = account.transfers.get(fact.transfer)
        if transfer is None:
            return [Problem("TRANSFER", f"{fact.transfer} is not there")]
        problems = [] if transfer.subscription == fact.subscription else [
            Problem("TRANSFER", f"{fact.subscription} was not offered")]
        lapsed = microseconds(event.commit_time) >= transfer.expires
        if lapsed != (state == pb.TRANSFER_STATE_EXPIRED):
            problems.append(Problem("TRANSFER", f"{event.type} {'after' if lapsed else 'before'} "
                                    "the deadline"))
        return problems + self._end_transfer(transfer, event, state)

    @staticmethod
    def _end_transfer(transfer, event, state):
        problems = [] if transfer.state == pb.TRANSFER_STATE_PENDING else [
            Problem("TRANSFER", f"{event.type} of {transfer.name} in state {transfer.state}")]
        transfer.state, transfer.etag = state, event.position
        return problems

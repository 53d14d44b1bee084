"""The rules of transfers, the only ones that read two accounts."""
from verdicts import NOTHING, facts, refused
from wire import pb


class TransferRules:
    """Part of rules.Judge."""

    def _send_transfer(self, account, request):
        subscription = account.subscriptions.get(request.subscription)
        name = f"{account.name}/transfers/{request.transfer_id}"
        if self._stale(request, subscription):
            return refused("ETAG_MISMATCH")
        if subscription is None:
            return refused("SUBSCRIPTION_NOT_FOUND")
        if name in account.transfers:
            return refused("TRANSFER_ALREADY_EXISTS")
        if subscription.state != pb.SUBSCRIPTION_STATE_ACTIVE:
            return refused("SUBSCRIPTION_NOT_ACTIVE")
        if any(each.subscription == subscription.name
               and each.state_at(self._now) == pb.TRANSFER_STATE_PENDING
               for each in account.transfers.values()):
            return refused("TRANSFER_ALREADY_PENDING")
        if request.to_billing_account == account.name:
            return refused("TRANSFER_TO_SELF")
        return facts(("TransferSent", name, subscription.name, request.to_billing_account))

    def _not_pending(self, transfer):
        state = transfer.state_at(self._now)
        if state == pb.TRANSFER_STATE_PENDING:
            return None
        return ("TRANSFER_EXPIRED" if state == pb.TRANSFER_STATE_EXPIRED
                else "TRANSFER_NOT_PENDING")

    def _cancel_transfer(self, account, request):
        transfer = account.transfers.get(request.name)
        if self._stale(request, transfer):
            return refused("ETAG_MISMATCH")
        if transfer is None:
            return refused("TRANSFER_NOT_FOUND")
        reason = self._not_pending(transfer)
        if reason:
            return refused(reason)
        return facts(("TransferCancelled", transfer.name, transfer.subscription))

    def _expire_transfer(self, account, request):
        transfer = account.transfers.get(request.name)
        if transfer is None:
            return refused("TRANSFER_NOT_FOUND")
        if transfer.state != pb.TRANSFER_STATE_PENDING:
            return refused("TRANSFER_EXPIRED" if transfer.state == pb.TRANSFER_STATE_EXPIRED
                           else "TRANSFER_NOT_PENDING")
        if self._now < transfer.expires:
            return NOTHING
        return facts(("TransferExpired", transfer.name, transfer.subscription))

    def _decide_received(self, method, request):
        """A recipient's command: judged in the receiving account."""
        sender, transfer = (self._state.account_of(request.name),
                            self._state.transfer(request.name))
        receiver = self._state.accounts.get(transfer.to_account) if transfer else None
        if receiver is None or receiver.administrator != self._actor:
            knows = transfer is None and sender and sender.administrator == self._actor
            return refused("TRANSFER_NOT_FOUND" if knows else "ROLE_REQUIRED")
        if self._stale(request, transfer):
            return refused("ETAG_MISMATCH")
        if method == "AcceptTransfer":
            return self._accept_transfer(sender, receiver, transfer, request)
        reason = self._not_pending(transfer)
        if reason:
            return refused(reason)
        return facts(("TransferDeclined", transfer.name, ""),
                     ("TransferDeclined", transfer.name, transfer.subscription))

    def _accept_transfer(self, sender, receiver, transfer, request):
        card, profile = request.card, request.billing_profile
        offered = sender.subscriptions[transfer.subscription]
        name = f"{receiver.name}/subscriptions/{request.subscription_id}"
        reason = (self._unfound_method(receiver, card, profile) or self._not_pending(transfer)
                  or self._unreceivable(sender, receiver, offered)
                  or self._uncreatable(receiver, name, card, profile))
        if reason:
            return refused(reason)
        return facts(("SubscriptionTransferredIn", name, offered.display_name, offered.kind, card,
                      profile, transfer.name),
                     ("SubscriptionTransferredOut", offered.name, transfer.name))

    @staticmethod
    def _unreceivable(sender, receiver, offered):
        if offered.state != pb.SUBSCRIPTION_STATE_ACTIVE:
            return "SUBSCRIPTION_NOT_ACTIVE"
        if sender.country != receiver.country:
            return "CROSS_COUNTRY_NOT_SUPPORTED"
        return "DESTINATION_PAST_DUE" if receiver.past_due() else None

#!/usr/bin/env bash
# Plays the founding document's story, "Manage card and payment method", against a running
# server whose log is empty, with billingctl alone: first a card and what it pays for, then
# a declined payment, a customer agreement and a transfer. Prints each step's sentence,
# command and answer; the output is the same in every run. Exits 0 only if every step did
# what its sentence says, the refusals included.
#   tools/demo/story.sh BILLINGCTL ADDRESS
set -euo pipefail

if [[ $# -ne 2 ]]; then
  echo "usage: tools/demo/story.sh BILLINGCTL ADDRESS" >&2
  exit 2
fi
billingctl="$1"
export BILLINGCTL_ADDRESS="$2"
# Only what this script says may show in the answers.
unset BILLINGCTL_PRINCIPAL BILLINGCTL_ROLES

readonly line_width=92
between_steps=

# The command as one would type it, on as many lines as it takes; a flag and its value
# stay together, words with a blank stand in quotes.
show_command() {
  local line="$1\$ billingctl" part
  shift
  while (($# > 0)); do
    part="$(quoted "$1")"
    shift
    if [[ "$part" == --* && $# -gt 0 && "$1" != --* ]]; then
      part="$part $(quoted "$1")"
      shift
    fi
    if ((${#line} + ${#part} + 1 > line_width)); then
      printf '%s \\\n' "$line"
      line="    $part"
    else
      line="$line $part"
    fi
  done
  printf '%s\n' "$line"
}

quoted() {
  if [[ "$1" == *" "* ]]; then
    printf "'%s'" "$1"
  else
    printf '%s' "$1"
  fi
}

# Who asks, by the name in the prompt.
identity_of() {
  case "$1" in
    operator) echo "--principal users/olivia --roles operator" ;;
    biller) echo "--principal services/biller --roles biller" ;;
    alice | bob) echo "--principal users/$1" ;;
  esac
}

# step SENTENCE WHO EXIT_CODE WORDS ARGUMENT…: the answer must have the exit code and
# contain the words.
step() {
  local sentence="$1" who="$2" wanted_code="$3" wanted_words="$4" answer code=0 identity
  shift 4
  read -r -a identity <<<"$(identity_of "$who")"
  printf '%s# %s\n' "$between_steps" "$sentence"
  between_steps=$'\n'
  show_command "$who" "$@"
  answer="$("$billingctl" "${identity[@]}" "$@" 2>&1)" || code=$?
  printf '%s\n' "$answer"
  if ((code != wanted_code)) || [[ "$answer" != *"$wanted_words"* ]]; then
    printf 'This step should exit with %s and say "%s"; it exited with %s.\n' \
      "$wanted_code" "$wanted_words" "$code" >&2
    exit 1
  fi
}

step "The operator opens an account for Alice, who pays as she goes." \
  operator 0 "account contoso opened" \
  account create contoso --administrator users/alice --agreement pay-as-you-go \
  --country NL --currency EUR

step "Alice takes her first subscription. It has no card yet." \
  alice 0 "subscription web created" \
  subscription create web --account contoso

step "From it she adds her Visa and makes it her active payment method." \
  alice 0 "active now on web" \
  card add visa --account contoso --subscription web --set-active --token tok_demo_visa \
  --brand visa --funding credit --last-four 1111 --expiry 2040-12 --country NL

step "A second subscription is paid by the same card." \
  alice 0 "subscription mail created" \
  subscription create mail --account contoso --card visa

step "She adds a Mastercard without making it active: it is saved, nothing else changes." \
  alice 0 "card mastercard added" \
  card add mastercard --account contoso --subscription web --token tok_demo_mastercard \
  --brand mastercard --funding credit --last-four 4444 --expiry 2040-12 --country NL

step "The Visa still pays for both." \
  alice 0 "web           ACTIVE  visa" \
  in-use --account contoso --columns subscription,state,card,in-use

step "So it cannot be removed: the refusal names everything in the way, and what helps." \
  alice 5 "billingAccounts/contoso/subscriptions/web" \
  card remove visa --account contoso

step "She makes the Mastercard active on web; mail paid with the same card and follows." \
  alice 0 "active now on mail, web" \
  card set-active mastercard --account contoso --subscription web

step "Nothing uses the Visa any more, and its removal is granted." \
  alice 0 "card visa removed" \
  card remove visa --account contoso

step "Which card pays for what, now." \
  alice 0 "web           ACTIVE  mastercard" \
  in-use --account contoso --columns subscription,state,card,in-use

step "And everything that happened, the refusal included." \
  alice 0 "RemoveCard of visa refused: CARD_NOT_REMOVABLE, blocked by mail, web" \
  history --account contoso --columns position,who,type,what

step "Some weeks later the biller records what web owes. It is on the card that pays for web." \
  biller 0 "charge web-march recorded on mastercard" \
  charge record web-march --account contoso --subscription web --amount "12.00 EUR"

step "The bank declines the payment; the processor reports its code." \
  biller 0 "it means INSUFFICIENT_CREDIT" \
  charge record-payment web-march --account contoso --outcome declined --network-code 51 \
  --processor-reference psp-1001

step "Alice reads what that means, and what she can do." \
  alice 0 "INSUFFICIENT_CREDIT (SOFT)" \
  guidance cards/mastercard --account contoso

step "What she owes." \
  alice 0 "past due  12.00 EUR" \
  balance --account contoso --columns charge,for,card,amount,state

step "She saves another card, and lets that one pay." \
  alice 0 "card amex added" \
  card add amex --account contoso --token tok_demo_amex --brand amex --funding credit \
  --last-four 0005 --expiry 2040-12 --country NL

step "The biller reports it: the balance is settled, and all that paid by the Mastercard follows." \
  biller 0 "active now on mail, web" \
  settle --account contoso --failed-card mastercard --paying-card amex --amount "12.00 EUR" \
  --processor-reference psp-1002 --requested-by users/alice

step "Nothing is past due any more, and the Amex pays for both." \
  alice 0 "web           ACTIVE  amex" \
  in-use --account contoso --columns subscription,state,card,in-use

step "The operator opens an account for Bob's company, under a customer agreement." \
  operator 0 "account fabrikam opened" \
  account create fabrikam --administrator users/bob --agreement customer-agreement \
  --country NL --currency EUR --business

step "There a card pays for a billing profile, so Bob saves one." \
  bob 0 "card visa added" \
  card add visa --account fabrikam --token tok_demo_fabrikam --brand visa --funding credit \
  --last-four 0002 --expiry 2040-12 --country NL

step "He puts it on a profile." \
  bob 0 "profile main created" \
  profile create main --account fabrikam --card visa

step "A subscription is billed to the profile." \
  bob 0 "subscription erp created" \
  subscription create erp --account fabrikam --billing-profile main

step "The biller records what it owes: on the profile's card." \
  biller 0 "charge erp-march recorded on visa" \
  charge record erp-march --account fabrikam --subscription erp --amount "250.00 EUR"

step "In the middle of the period the card cannot be detached; here is all that is in the way." \
  bob 5 "blocked by PENDING_CHARGES billingAccounts/fabrikam/charges/erp-march" \
  profile detach main --account fabrikam

step "So Bob makes another profile." \
  bob 0 "profile office created" \
  profile create office --account fabrikam --card visa

step "He has the subscription billed to that one." \
  bob 0 "subscription erp billed to office" \
  subscription change-profile erp --account fabrikam --billing-profile office

step "The payment succeeds." \
  biller 0 "payment of charge erp-march recorded as succeeded" \
  charge record-payment erp-march --account fabrikam --outcome succeeded \
  --processor-reference psp-1003

step "Nothing is in the way any more." \
  bob 0 "payment method of profile main detached" \
  profile detach main --account fabrikam

step "Alice offers one of her subscriptions to Bob's company." \
  alice 0 "transfer web-offer sent to fabrikam" \
  transfer send web-offer --account contoso --subscription web --to fabrikam

step "Bob accepts it, and chooses the profile that it is billed to." \
  bob 0 "transfer web-offer accepted as subscription web" \
  transfer accept web-offer --from contoso --account fabrikam --billing-profile office \
  --subscription web

step "What pays for what at Bob's company, now." \
  bob 0 "web           ACTIVE  visa  office" \
  in-use --account fabrikam --columns subscription,state,card,profile,in-use

step "What happened at Alice's since. She does not see who at Bob's took it." \
  alice 0 "subscription web left (transfer web-offer)" \
  history --account contoso --after 9 --columns position,who,what

step "And at Bob's." \
  bob 0 "DetachPaymentMethod of main refused: PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH" \
  history --account fabrikam --columns position,who,what

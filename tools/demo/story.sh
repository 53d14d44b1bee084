#!/usr/bin/env bash
# Plays the founding document's story, "Manage card and payment method", against a running
# server whose log is empty, with billingctl alone. Prints each step's sentence, command
# and answer; the output is the same in every run. Exits 0 only if every step did what its
# sentence says, the refusal included.
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
# stay together.
show_command() {
  local line="$1\$ billingctl" part
  shift
  while (($# > 0)); do
    part="$1"
    shift
    if [[ "$part" == --* && $# -gt 0 && "$1" != --* ]]; then
      part="$part $1"
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

# Who asks, by the name in the prompt.
identity_of() {
  case "$1" in
    operator) echo "--principal users/olivia --roles operator" ;;
    alice) echo "--principal users/alice" ;;
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

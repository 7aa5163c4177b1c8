//! Who is credited as what.

use super::{check, check_roles};

#[test]
fn an_answer_keeps_the_question_it_answers() {
    check(
        "09:02 bo: how do I rotate the signing key
         09:03 bo: the old one has expired
         09:05 ana (named bo): run the rotate command on the gateway
         09:06 ana: then restart it",
        &[
            "ana answered | run the rotate command on the gateway / then restart it | q how do I rotate the signing key / the old one has expired",
            "bo asked | how do I rotate the signing key / the old one has expired | q -",
        ],
    );
}

#[test]
fn thanks_by_the_asker_credit_those_who_answered_since_their_last_message() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 cy: look into the old handbook first
         09:02 bo: it says nothing about that, where else?
         09:03 ana: run the rotate command there
         09:04 bo: that worked, thanks!",
        &["ana answered+thanked", "bo asked", "cy answered"],
    );
}

#[test]
fn thanks_are_for_substance_before_hints_and_never_for_joining_in_or_passing_on() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 cy: isn't that the certificate?
         09:02 dee: we see that as well: the key is too old
         09:03 ana: run the rotate command on the gateway with --force and restart the second node after it, or the old key stays
         09:04 bo: thanks!",
        &["ana answered+thanked", "bo asked", "dee answered"],
    );
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 cy: Ask Ana, she rotated keys before.
         09:04 bo: thanks!",
        &["ana referred", "bo asked", "cy answered"],
    );
}

#[test]
fn thanks_that_name_somebody_credit_only_them() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 cy: look into the old handbook first
         09:03 ana: run the rotate command there
         09:04 bo (named cy): thanks @cy",
        &["ana answered", "bo asked", "cy answered+thanked"],
    );
}

#[test]
fn thanks_after_a_pause_of_the_asker_still_reach_the_answer() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:03 ana: run the rotate command there
         09:04 bo: trying that on the second gateway
         09:05 bo: perfect",
        &["ana answered+thanked", "bo asked"],
    );
}

#[test]
fn thanks_in_the_question_or_by_others_credit_nobody() {
    check_roles(
        "09:00 bo: how do I rotate the key? Thanks in advance!
         09:01 bo: thanks
         09:03 ana: run the rotate command there
         09:04 cy: thanks, that worked",
        &["ana answered", "bo asked"],
    );
}

#[test]
fn a_kind_emoji_of_the_asker_is_thanks_and_others_only_count() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 ana (+1 by bo2 cy): run the rotate command there
         09:02 cy (tada by ana; eyes by bo): or wait for the nightly job",
        &["ana answered+thanked", "bo asked", "cy answered"],
    );
}

#[test]
fn a_short_answer_counts_if_the_asker_says_so() {
    check_roles(
        "09:00 bo: which port is it?
         09:01 ana: 8443
         09:02 bo: thanks",
        &["ana answered+thanked", "bo asked"],
    );
    check_roles(
        "09:00 bo: which port is it?\n09:01 ana (white_check_mark by bo): 8443",
        &["ana answered+thanked", "bo asked"],
    );
    check_roles("09:00 bo: which port is it?\n09:01 ana: 8443", &["bo asked"]);
}

#[test]
fn thanks_greetings_and_not_knowing_answer_nothing() {
    check_roles(
        "09:00 bo: how do I rotate the key?
         09:01 cy: hello
         09:02 dee: +1
         09:03 eve: no idea, sorry
         09:04 fay: same problem here",
        &["bo asked"],
    );
}

#[test]
fn an_announcement_that_nobody_answers_shows_a_little() {
    check_roles("09:00 bo: version 3.2 of the gateway is out", &["bo announced"]);
    check_roles("09:00 bo: version 3.2 of the gateway is out\n09:01 ana: congrats!", &["bo announced"]);
    check_roles(
        "09:00 bo: version 3.2 of the gateway is out\n09:01 ana: it breaks my nightly export job",
        &["ana answered", "bo asked"],
    );
}

#[test]
fn bots_automatic_mail_and_strangers_are_never_credited() {
    check_roles(
        "09:00 stranger1: how do I rotate the key?
         09:01 bot: here are three articles about keys
         09:02 ana (auto): I am out of office until Monday
         09:03 cy: run the rotate command there
         09:04 stranger1: thanks, that worked
         09:05 stranger2: or wait for the nightly job",
        &["cy answered+thanked"],
    );
}

#[test]
fn what_a_machine_opened_is_a_question_that_nobody_asked() {
    check(
        "09:00 bot (ticket; subject Disk full on node 7): usage is above 95 percent
         09:10 ana: could you clear the old snapshots?
         09:20 bo: cleared the old snapshots there",
        &[
            "ana answered | could you clear the old snapshots? | q Disk full on node 7 / usage is above 95 percent",
            "bo answered | cleared the old snapshots there | q Disk full on node 7 / usage is above 95 percent",
        ],
    );
}

#[test]
fn somebody_who_asks_about_a_machines_message_is_the_asker() {
    check_roles(
        "09:00 bot: build 77 failed\n09:01 bo: why did that fail?\n09:02 ana: the mirror was down again",
        &["ana answered", "bo asked"],
    );
}

#[test]
fn nobody_opened_what_a_deleted_message_opened() {
    check_roles(
        "09:00 bo (notice): this message was deleted\n09:01 ana: run the rotate command there",
        &["ana answered"],
    );
}

#[test]
fn a_ticket_counts_as_asked_and_credits_resolver_and_assignee_without_a_word() {
    check(
        "09:00 bo (ticket; subject Export; resolved ana 12:00; assigned cy): the columns are swapped
         09:30 dee: swapped since the last release there",
        &[
            "ana resolved | - | q Export / the columns are swapped",
            "bo asked | the columns are swapped | q Export",
            "cy assigned | - | q Export / the columns are swapped",
            "dee answered | swapped since the last release there | q Export / the columns are swapped",
        ],
    );
    check_roles(
        "09:00 bo (ticket; subject Export; resolved ana; assigned ana2): columns",
        &["ana resolved", "bo asked"],
    );
    check_roles(
        "09:00 bo (ticket; subject Export; resolved bot; assigned stranger1): columns",
        &["bo asked"],
    );
}

#[test]
fn who_resolves_their_own_ticket_asked_and_resolved() {
    check(
        "09:00 bo (ticket; subject Export; resolved bo2 10:00): columns are swapped",
        &["bo asked+resolved | columns are swapped | q Export"],
    );
}

#[test]
fn an_accepted_answer_is_accepted_even_the_askers_own() {
    check_roles(
        "09:00 bo: which port?\n09:01 ana (accepted): 8443\n09:02 bo (accepted): found it in the handbook",
        &["ana answered+accepted", "bo asked+accepted"],
    );
}

#[test]
fn whom_others_send_the_asker_to_is_referred() {
    check(
        "09:00 bo: how do I rotate the key?
         09:01 cy (named bo ana): @bo ask @ana
         09:02 cy: she did that migration last year",
        &[
            "ana referred | - | q how do I rotate the key?",
            "bo asked | how do I rotate the key? | q -",
            "cy answered | @bo ask @ana / she did that migration last year | q how do I rotate the key?",
        ],
    );
    check_roles("09:00 bo (named ana): how do I rotate the key? cc @ana", &["bo asked"]);
    check_roles(
        "09:00 bo: how do I rotate the key?\n09:01 ana (named ana bot): ask @ana or @bot",
        &["bo asked"],
    );
}

#[test]
fn a_plain_name_is_referred_to_if_an_account_bears_it() {
    check_roles(
        "09:00 bo: how do I rotate the key?\n09:01 cy: you could ask Ana, she did that migration last year",
        &["ana referred", "bo asked", "cy answered"],
    );
    check_roles(
        "09:00 bo: how do I rotate the key?\n09:01 cy: dee would know, or ping the platform group about it",
        &["bo asked", "cy answered", "dee referred"],
    );
    check_roles("09:00 bo: how do I rotate the key?\n09:01 cy: ask bot or bo", &["bo asked", "cy answered"]);
    check_roles(
        "09:00 bo: 鍵の更新方法を教えてください\n09:01 cy: その件は ana さんが担当です、先週も更新していました",
        &["ana referred", "bo asked", "cy answered"],
    );
}

#[test]
fn two_accounts_of_one_person_are_one_asker() {
    check_roles(
        "09:00 bo: how do I rotate the key?\n09:01 bo2: found the rotate command in the handbook",
        &["bo asked"],
    );
}

#[test]
fn a_subject_is_the_question_of_everybody_and_loses_its_prefixes() {
    check(
        "09:00 bo (subject [team] Boot fails): since the last update
         10:00 ana (subject Re: [team] Boot fails): revert the second commit there",
        &[
            "ana answered | revert the second commit there | q Boot fails / since the last update",
            "bo asked | since the last update | q Boot fails",
        ],
    );
}

#[test]
fn who_answers_what_the_export_does_not_hold_has_answered_and_what_they_quote_is_the_question() {
    check(
        "10:00 ana (subject Re: Boot fails; quotes it stops at the second stage): revert the second commit there
         10:10 bo: thanks, that worked",
        &["ana answered | revert the second commit there | q Boot fails / it stops at the second stage"],
    );
    check(
        "10:00 ana (to lost): revert the second commit there",
        &["ana answered | revert the second commit there | q -"],
    );
}

#[test]
fn an_answer_whose_clock_runs_ahead_is_not_the_opening() {
    check(
        "08:59 ana (to m01): run the rotate command there
         09:00 bo: how do I rotate the key?",
        &[
            "ana answered | run the rotate command there | q how do I rotate the key?",
            "bo asked | how do I rotate the key? | q -",
        ],
    );
}

#[test]
fn thanks_to_somebody_elsewhere_announce_nothing() {
    check_roles("09:00 bo: thanks! I have now asked the platform group for access", &[]);
    check_roles("09:00 bo: oh nice", &[]);
}

#[test]
fn empty_texts_credit_nothing() {
    check_roles("09:00 bo: \n09:01 ana: ", &[]);
    check_roles("", &[]);
}

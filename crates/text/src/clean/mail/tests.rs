//! Ugly mails, made up.

use crate::{Cleaned, Markup, clean};

fn check(raw: &str, own: &str) -> Cleaned {
    let cleaned = clean(raw, Markup::Mail);
    assert_eq!(cleaned.own, own, "{raw}");
    cleaned
}

#[test]
fn answers_between_quoted_lines_are_all_kept() {
    let cleaned = check(
        "On Mon, 4 May 2020, Ann Lee <ann@a.example> wrote:\n> one?\n> two?\n\nYes.\n\n>> older\n> three?\n\nNo,\nnever.\n",
        "Yes.\n\nNo,\nnever.",
    );
    assert!(cleaned.quoted.starts_with("On Mon"));
    assert!(cleaned.quoted.contains("three?") && !cleaned.quoted.contains("\n>"));
}

#[test]
fn attributions_are_known_in_many_languages() {
    for line in [
        "On Tue, 12 May 2020 at 17:18, Ann Lee\n<ann@a.example> wrote:",
        "Am 12.05.20 um 17:18 schrieb Ann Lee:",
        "Am Di., 12. Mai 2020 um 17:18 Uhr schrieb Ann Lee <\nann@a.example>:",
        "Le mar. 12 mai 2020 à 17:18, Ann Lee <ann@a.example> a écrit :",
        "El mar., 12 may. 2020 a las 17:18, Ann Lee (<ann@a.example>) escribió:",
        "Op di 12 mei 2020 om 17:18 schreef Ann Lee <ann@a.example>:",
        "Em ter., 12 de mai. de 2020 às 17:18, Ann Lee <ann@a.example> escreveu:",
        "Il giorno mar 12 mag 2020 alle ore 17:18 Ann Lee <ann@a.example> ha scritto:",
        "Den tis 12 maj 2020 kl 17:18 skrev Ann Lee <ann@a.example>:",
        "W dniu 12.05.2020 o 17:18, Ann Lee pisze:",
        "2020年5月12日(火) 17:18 Ann Lee <ann@a.example>:",
        "在 2020年5月12日，下午5:18，Ann Lee <ann@a.example> 写道：",
        "* Ann Lee <ann@a.example> [200512 17:18]:",
        "Ann Lee wrote:",
    ] {
        check(&format!("Hello.\n\n{line}\n> old words\n\nNew words."), "Hello.\n\nNew words.");
    }
}

#[test]
fn a_colon_at_a_line_end_is_no_attribution() {
    let text = "On the board, do this:\n\nrun 12 tests\n\nAm I right that 10 or 20 are enough:\n\nyes";
    check(text, text);
    check("She wrote:\nhello", "She wrote:\nhello");
}

#[test]
fn an_unmarked_quote_below_an_answer_goes() {
    check("Done.\n\nOn 5/12/20, 5:18 PM, \"Ann\" <ann@a.example> wrote:\n\nCan you?\nAnn", "Done.");
    check(
        "On 5/12/20, 5:18 PM, \"Ann\" <ann@a.example> wrote:\n\n    Can you?\n    \n    Ann\n\nDone.",
        "Done.",
    );
}

#[test]
fn a_top_posted_mail_ends_at_its_header_block() {
    check(
        "Fixed.\n\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bo\nSubject: x\n\nold",
        "Fixed.",
    );
    check(
        "Fixed.\n________________________________\nVon: Ann\nGesendet: Montag\nAn: Bo\nBetreff: x\n\nalt",
        "Fixed.",
    );
    check("好的\n\n发件人: Ann\n发送时间: 2020年\n收件人: Bo\n主题: x\n\n旧", "好的");
    check("*From:* Ann <a@b.example>\n*Sent:* Monday\n*To:* Bo\n\nold", "");
    check(
        "Fixed.\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, Ann <a@b.example> wrote:\n\n> old",
        "Fixed.",
    );
    check("FYI\n\nBegin forwarded message:\n\nFrom: Ann\nDate: Monday\nSubject: x\n\nold", "FYI");
    check("-----Original Message-----\nFrom: Ann\nTo: Bo\nSubject: x\n\n> one?\nYes.", "Yes.");
}

#[test]
fn signatures_and_footers_go() {
    check("Words.\n\n-- \nAnn Lee\nAcme", "Words.");
    check(
        "Words.\n-- \nAnn\n\nOn 1 May 2020, Bo <b@b.example> wrote:\n> old\n\nMore words.",
        "Words.\n\nMore words.",
    );
    check("Words.\n\nSent from my iPhone", "Words.");
    check(
        "Words.\n_______________________________________________\nDev mailing list\nhttps://lists.a.example/listinfo/dev\n",
        "Words.",
    );
    check(
        "Words.\n\nThis e-mail and any attachments are confidential and intended only for the\naddressee. If you are not the intended\nrecipient, delete it.",
        "Words.",
    );
    let list = format!("Two parts:\n--\n{}", "a line\n".repeat(20));
    check(&list, list.trim());
}

#[test]
fn prose_about_secrets_is_no_disclaimer() {
    let text =
        "The token is confidential, so please do not print it into the log of the build, and rotate it.";
    check(text, text);
}

#[test]
fn a_patch_becomes_a_small_fence_and_its_trailers_go() {
    let raw = "From: Ann Lee <ann@a.example>\n\nRaise the clock.\n\nSigned-off-by: Ann Lee <ann@a.example>\n---\nv2: rebased\n drivers/clk/fast.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\ndiff --git a/drivers/clk/fast.c b/drivers/clk/fast.c\nindex 123..456 100644\n--- a/drivers/clk/fast.c\n+++ b/drivers/clk/fast.c\n@@ -1,3 +1,3 @@ static int init(void)\n same\n-old_rate(1);\n+new_rate(2);\n same\n-- \n2.25.1\n";
    let cleaned = check(
        raw,
        "Raise the clock.\n\nv2: rebased\n\n```\ndrivers/clk/fast.c\nstatic int init(void)\nold_rate(1);\nnew_rate(2);\n```",
    );
    assert!(cleaned.quoted.contains("Signed-off-by: Ann Lee"));
}

#[test]
fn prose_after_a_patch_is_kept() {
    check(
        "Try:\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-a1\n+b2\n c\n\nDoes it help?",
        "Try:\n\nDoes it help?\n\n```\nx.c\na1\nb2\n```",
    );
}

#[test]
fn a_long_patch_is_cut() {
    let raw =
        format!("Big.\n\ndiff --git a/x b/x\n@@ -0,0 +1,9000 @@\n{}", "+some added line\n".repeat(9000));
    let own = clean(&raw, Markup::Mail).own;
    assert!(own.chars().count() <= super::patch::MAX_PATCH_CHARS + 20, "{}", own.len());
}

#[test]
fn a_line_that_an_mbox_escaped_is_own() {
    check("Hello.\n>From our side it is fine.\nBye.", "Hello.\nFrom our side it is fine.\nBye.");
}

#[test]
fn a_quote_that_a_mailer_wrapped_wrongly_is_whole() {
    check(
        "My own answer.\n\nThe maintainers of the tree can take the pin settings from this\n> file as they need them.\n\nBye.",
        "My own answer.\n\nBye.",
    );
    check("> one?\nShort answer here\n> two?", "Short answer here");
}

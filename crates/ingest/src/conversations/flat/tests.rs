//! Talk in lines, `conversation minute speaker: text`, with the conversation that each line should land in.

use model::{AccountKey, ContainerId, Message, MessageId, Timestamp};
use proptest::prelude::*;

use super::*;

const CONFIG: Config =
    Config { flat_quiet_minutes: 2_880, flat_max_messages: 200, flat_open: 32, subject_days: 30 };

fn message(number: usize, minute: i64, speaker: &str, text: &str) -> Message {
    Message::new(
        MessageId::new(format!("chat:{number}")).unwrap(),
        ContainerId::new("chat:room").unwrap(),
        AccountKey::new(format!("chat:{speaker}")).unwrap(),
        Timestamp::from_millis(minute * 60_000),
        text.to_owned(),
    )
}

fn placed(messages: &[Message], shown: &ShownName<'_>) -> Vec<Placed> {
    let heads: Vec<MessageHead> =
        messages.iter().map(|message| MessageHead::new(message.clone(), true)).collect();
    place(&heads.iter().collect::<Vec<_>>(), shown, &CONFIG)
}

fn check(talk: &str) {
    let (mut messages, mut expected) = (Vec::new(), Vec::new());
    for line in talk.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, text) = line.split_once(": ").unwrap();
        let [conversation, minute, speaker] = head.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        messages.push(message(messages.len(), minute.parse().unwrap(), speaker, text));
        expected.push(conversation);
    }
    let mut names: Vec<&str> = Vec::new();
    for name in &expected {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let found: Vec<&str> = placed(&messages, &|_| None)
        .iter()
        .map(|one| names.get(one.conversation).copied().unwrap_or("new"))
        .collect();
    assert_eq!(found, expected, "{talk}");
}

#[test]
fn a_question_and_its_answers_stay_together() {
    check(
        "a 0 bo: how do I rotate the signing key of the gateway?
         a 2 ana: bo: run the rotate command on both nodes, then restart
         a 5 bo: thanks, that worked",
    );
}

#[test]
fn what_somebody_says_in_one_breath_is_one() {
    check(
        "a 0 bo: hello, the nightly export fails since yesterday
         a 0 bo: it says that the disk is full
         a 1 bo: but there are forty gigabytes free",
    );
}

#[test]
fn two_talks_at_once_are_told_apart() {
    check(
        "a 0 bo: how do I rotate the signing key of the gateway?
         b 1 cy: hi all, does anybody know why the nightly export to the warehouse is empty?
         a 2 ana: bo: the signing key is rotated by the gateway itself
         b 3 dee: cy: the warehouse export is empty on Sundays
         a 4 bo: ana: ah, so I only restart the gateway?
         b 5 cy: dee: I see, thanks
         a 6 ana: bo: yes",
    );
}

#[test]
fn a_name_at_the_start_finds_its_talk_among_later_ones() {
    check(
        "a 0 bo: which port does the gateway listen on?
         b 30 cy: hello, is the canteen open on Friday afternoon?
         b 31 dee: cy: no, it closes at noon
         a 33 ana: @bo 8443",
    );
}

#[test]
fn japanese_talks_are_told_apart() {
    check(
        "a 0 tanaka: すみません、ゲートウェイの署名鍵はどうやって更新しますか？
         b 1 sato: おはようございます、倉庫への夜間エクスポートが空になるのはなぜでしょうか？
         a 3 suzuki: tanakaさん、署名鍵の更新はゲートウェイの再起動で反映されます
         b 4 kimura: satoさん、夜間エクスポートは日曜日は空になります
         a 6 tanaka: なるほど、ゲートウェイの再起動ですね。ありがとうございます
         b 7 sato: 日曜日だけ空なんですね、エクスポートの設定を確認します",
    );
}

#[test]
fn a_shown_name_calls_its_account() {
    let messages = [
        message(0, 0, "u1", "which port does the gateway listen on?"),
        message(1, 30, "u2", "hello, is the canteen open on Friday afternoon?"),
        message(2, 32, "u3", "Bo: 8443"),
    ];
    let shown = |account: &AccountKey| (account.native() == "u1").then_some("Bo Um");
    let found: Vec<usize> = placed(&messages, &shown).iter().map(|one| one.conversation).collect();
    assert_eq!(found, [0, 1, 0]);
}

#[test]
fn who_is_named_last_is_answered() {
    let messages = [
        message(0, 0, "bo", "which port does the gateway listen on?"),
        message(1, 1, "ana", "bo: the gateway listens on 8443"),
        message(2, 2, "cy", "bo: or 8080 behind the proxy"),
        message(3, 3, "bo", "ana: thanks, 8443 works"),
    ];
    let answers: Vec<Option<usize>> = placed(&messages, &|_| None).iter().map(|one| one.answers).collect();
    assert_eq!(answers, [None, Some(0), Some(0), Some(1)]);
}

fn any_talk() -> impl Strategy<Value = Vec<Message>> {
    let texts = ["how do I rotate the key?", "d: yes, restart the gateway", "thanks!", "the key is lost", ""];
    let line = (0_i64..20, "[a-d]", 0..texts.len());
    proptest::collection::vec(line, 0..40).prop_map(move |lines| {
        let mut minute = 0;
        let mut message_of = |(row, (pause, speaker, text)): (usize, (i64, String, usize))| {
            minute += pause;
            message(row, minute, &speaker, texts[text])
        };
        lines.into_iter().enumerate().map(&mut message_of).collect()
    })
}

proptest! {
    #[test]
    fn a_later_message_moves_none_before_it(talk in any_talk()) {
        let all = placed(&talk, &|_| None);
        let half = talk.len() / 2;
        prop_assert_eq!(&placed(&talk[..half], &|_| None), &all[..half]);
        for (row, one) in all.iter().enumerate() {
            if let Some(answers) = one.answers {
                prop_assert!(answers < row);
                prop_assert_eq!(all[answers].conversation, one.conversation);
            }
        }
    }
}

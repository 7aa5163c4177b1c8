//! What people write is inert in every view of the page: no dialog opens, no script runs, no link does anything but
//! open a page of the web (trust.md S10).

use serde_json::{Value, json};

use super::browser::{Browser, Tab};
use crate::support::hostile::{SHOWN, export, word};
use crate::support::{ALWAYS_AT_WORK, Place, Server, bearer};

/// What stands in a view that could run or lead astray, in the page's own language.
const HARM: &str = "(() => {
    const bad = window.hit === undefined ? [] : ['a script ran'];
    for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
            if (/^on/i.test(name)) bad.push(`${element.tagName} ${name}`);
            if (/^(href|src|action|data|xlink:href|srcdoc)$/i.test(name) && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data):/i.test(value)) bad.push(`${element.tagName} ${value}`);
        }
    }
    for (const element of document.querySelectorAll('iframe, object, embed, base, math, marquee, video, audio, script:not([src]), main svg, main style, main img, main form[action]:not(#form)')) bad.push(element.outerHTML.slice(0, 200));
    for (const link of document.querySelectorAll('main a[target]')) if (!/^https?:$/.test(link.protocol) || link.rel !== 'noopener noreferrer') bad.push(link.outerHTML.slice(0, 200));
    return bad;
})()";

struct House {
    server: Server,
    browser: Browser,
    tab: Tab,
    home: String,
}

impl House {
    /// Asserts that nothing ran, nothing opened and nothing was asked of elsewhere.
    #[track_caller]
    fn harmless(&mut self, view: &str) {
        assert_eq!(self.browser.run(&self.tab, &HARM.replace('\n', " ")), json!([]), "{view}");
        assert_eq!(self.browser.troubles(&self.home), [""; 0], "{view}");
    }

    #[track_caller]
    fn see(&mut self, path: &str, shows: &str) {
        let address = format!("{}{path}", self.home);
        self.browser.go(&self.tab, &address);
        self.browser.run(&self.tab, &format!("shows({})", json!(shows)));
    }

    fn send(&self, who: &str, start: &str, body: Option<&Value>) -> Value {
        let answer = self.server.send_with(start, who, body);
        assert_eq!(answer.status, 200, "{start}: {answer:?}");
        answer.json()
    }
}

/// A text as part of an address.
fn in_address(text: &str) -> String {
    text.bytes().fold(String::new(), |address, byte| address + &format!("%{byte:02X}"))
}

#[test]
fn nothing_that_is_written_runs_in_any_view() {
    let Some(mut browser) = Browser::start() else { return };
    let tab = browser.tab();
    // What would be seen of it if it ran.
    assert!(browser.is_harmed_by(&tab, "<img src=x onerror=alert(1)>"), "the browser tells of no dialog");
    let place = Place::new();
    let file = place.write("hostile.jsonl", export());
    assert!(matches!(place.ingest(&[&file]).code, Some(0 | 2)));
    let options = place.write(
        "page.toml",
        format!(
            "[query.confidence]\nname_from = 0.01\n[server.rate]\nper_second = 0\n\
             [server]\ndrain_ms = 0\nrequest_timeout_ms = 60000\nqueue_wait_ms = 60000\n\
             [asks]\n{ALWAYS_AT_WORK}tick_ms = 50\nlimit = 100\n"
        ),
    );
    let server = Server::start_with_options(&place.data(), &options);
    let home = format!("http://{}/", server.address());
    let mut house = House { server, browser, tab, home };

    // As question and as everything that an answer shows; and the person that it names.
    let mut people = Vec::new();
    for (number, payload) in SHOWN.iter().enumerate() {
        let question = format!("{payload} {}", word(number));
        house.see(
            &format!("?q={}&channel={}", in_address(&question), in_address(payload)),
            "Who has shown that they know",
        );
        house.browser.run(
            &house.tab.clone(),
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
        );
        house.harmless(&question);
        let found = house.send("", "POST /v1/experts/search", Some(&json!({ "query": question })));
        people.push(found["experts"][0]["person_id"].as_str().unwrap().to_owned());
    }
    people.sort();
    people.dedup();
    for person in &people {
        house.see(&format!("?q={}#/people/{}", in_address(person), in_address(person)), "answer");
        house.harmless(person);
    }

    // Asked of people, answered by one of them, and seen by both.
    let asker = place.key(&["--person", "desk:asker", "--scopes", "me,search,people"]);
    let expert = place.key(&["--person", "desk:p0", "--scopes", "me,search,people"]);
    let found = house.send("", "POST /v1/experts/search", Some(&json!({"query": word(0)})));
    let person = found["experts"][0]["person_id"].clone();
    for payload in SHOWN {
        let body = json!({"query": payload, "channel": payload, "person_id": person});
        let ask = house.send(&bearer(&asker), "POST /v1/asks", Some(&body));
        let start = format!("POST /v1/asks/{}/answer", ask["id"].as_str().unwrap());
        house.send(&bearer(&expert), &start, Some(&json!({"text": payload})));
    }
    for somebody in [&asker, &expert] {
        house.see("", "Sign in");
        house.browser.run(&house.tab.clone(), "press('Sign in')");
        let fill = format!("fill('Key', {});\npress('Sign in', 'Cancel')", json!(somebody));
        house.browser.run(&house.tab.clone(), &fill);
        house.browser.run(&house.tab.clone(), "until(() => document.querySelector('dialog') === null)");
        for (view, shows) in [("asks", "closed"), ("me", "You")] {
            let script = format!(
                "(location.hash = '#/{view}', true);\nuntil(() => document.querySelector('main').innerText.length > 200)"
            );
            house.browser.run(&house.tab.clone(), &script);
            house.browser.run(
                &house.tab.clone(),
                "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
            );
            house.harmless(shows);
        }
        house.browser.run(&house.tab.clone(), "press('Sign out')");
    }
    println!("{} payloads, {} people", SHOWN.len(), people.len());
}

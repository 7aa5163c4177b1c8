//! The page in a headless Chromium, against the real binary and the demo's organization: every view is clicked
//! through, in light and dark, with the keyboard too, and nothing breaks the page's own policy.
//! `WHOKNOWS_SCREENSHOTS=FOLDER` keeps pictures of what it shows.

mod browser;
mod injection;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::demo::demo;
use crate::support::{ALWAYS_AT_WORK, Place, Server};
use browser::{Browser, Tab};

/// Roles that a screen reader tells by their names.
const NAMED: [&str; 8] =
    ["button", "link", "textbox", "combobox", "checkbox", "searchbox", "spinbutton", "progressbar"];

/// The demo behind a server, people with keys, and two tabs.
struct House {
    server: Server,
    browser: Browser,
    home: String,
    question: String,
    expert: Somebody,
    place: Place,
}

/// Somebody with a key.
struct Somebody {
    name: String,
    account: String,
    id: String,
    key: String,
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whoever answers a question of the demo first.
fn somebody(server: &Server, place: &Place, question: &str, not: Option<&str>) -> Somebody {
    let answer = server.ask(question);
    let experts = answer["experts"].as_array().unwrap().iter();
    let mut able =
        experts.filter(|one| one["contact"]["slack"].is_string() && one["display_name"].as_str() != not);
    let one = able.next().unwrap_or_else(|| panic!("{answer:#}"));
    let account = format!("slack:{}", one["contact"]["slack"].as_str().unwrap());
    let key = place.key(&["--person", &account, "--scopes", "me,search,people"]);
    let text = |field: &str| one[field].as_str().unwrap().to_owned();
    Somebody { name: text("display_name"), id: text("person_id"), account, key }
}

impl House {
    /// `None`, said aloud, without a browser.
    fn new() -> Option<Self> {
        let browser = Browser::start()?;
        let place = Place::new();
        copy(&demo().index(), &place.data());
        place.write("exports/more.jsonl", "");
        let options = place.write(
            "page.toml",
            format!(
                "[server.rate]\nper_second = 0\n[server]\ndrain_ms = 0\n[asks]\n{ALWAYS_AT_WORK}tick_ms = 50\n[jobs]\nexports = {:?}\n",
                place.path("exports").display().to_string()
            ),
        );
        let server = Server::start_with_options(&place.data(), &options);
        let question = demo().questions()[0]["text"].as_str().unwrap().to_owned();
        let expert = somebody(&server, &place, &question, None);
        let home = format!("http://{}/", server.address());
        Some(Self { server, browser, home, question, expert, place })
    }

    /// Somebody else than the expert.
    fn asker(&self) -> Somebody {
        let expert = &self.expert.name;
        let other = demo().questions().into_iter().skip(1).find_map(|question| {
            let text = question["text"].as_str()?.to_owned();
            let answer = self.server.ask(&text);
            let first = answer["experts"].as_array()?.first()?.clone();
            (first["display_name"] != json!(expert) && first["contact"]["slack"].is_string()).then_some(text)
        });
        somebody(&self.server, &self.place, &other.unwrap(), Some(expert))
    }

    #[track_caller]
    fn run(&mut self, tab: &Tab, script: &str) -> Value {
        self.browser.run(tab, script)
    }

    fn go(&mut self, tab: &Tab, path: &str) {
        let address = format!("{}{path}", self.home);
        self.browser.go(tab, &address);
    }

    #[track_caller]
    fn sign_in(&mut self, tab: &Tab, key: &str) {
        self.run(tab, "press('Sign in')");
        self.run(tab, &format!("fill('Key', {})", json!(key)));
        self.run(tab, "press('Sign in', 'Cancel');\nuntil(() => document.querySelector('dialog') === null)");
    }

    /// Looks at what a tab shows: contrast in light and dark, names for screen readers, a small screen; pictures of it.
    #[track_caller]
    fn look(&mut self, tab: &Tab, name: &str) {
        for scheme in ["light", "dark"] {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            self.browser.on(tab, "Emulation.setEmulatedMedia", &media);
            let faint = self.run(tab, "until(() => document.readyState === 'complete');\nfaint()");
            assert_eq!(faint, json!([]), "{name} in {scheme}");
            if let Some(folder) = std::env::var_os("WHOKNOWS_SCREENSHOTS").map(PathBuf::from) {
                self.browser.picture(tab, &folder.join(format!("{name}-{scheme}.png")));
            }
        }
        let tree = self.browser.on(tab, "Accessibility.getFullAXTree", &json!({}));
        for node in tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] != true) {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            let named = node["name"]["value"].as_str().is_some_and(|name| !name.trim().is_empty());
            assert!(named || !NAMED.contains(&role), "{name}: a {role} without a name: {node:#}");
        }
        let small = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
        self.browser.on(tab, "Emulation.setDeviceMetricsOverride", &small);
        let width = self.run(tab, "document.scrollingElement.scrollWidth");
        assert!(width.as_f64().unwrap() <= 360.0, "{name} is {width} wide on a small screen");
        self.browser.on(tab, "Emulation.clearDeviceMetricsOverride", &json!({}));
        let troubles = self.browser.troubles(&self.home);
        assert_eq!(troubles, [""; 0], "{name}");
    }
}

#[test]
fn a_question_finds_people_is_put_to_one_and_is_answered_while_its_asker_looks_on() {
    let Some(mut house) = House::new() else { return };
    let (asking, answering) = (house.browser.tab(), house.browser.tab());
    let asker = house.asker();

    house.go(&asking, "");
    house.look(&asking, "start");
    let question = json!(house.question);
    house.run(&asking, &format!("fill('Your question', {question});\npress('Find people')"));
    house.run(&asking, "shows('Who has shown that they know')");
    house.look(&asking, "search");
    house.run(&asking, &format!("press('Ask', {})", json!(house.expert.name)));
    house.run(&asking, "shows('sign in with a key of your own')");
    house.run(&asking, "fill('Key', 'wk1_nothing_of_the_kind');\npress('Sign in', 'Cancel')");
    house.run(&asking, "shows('Who sends this?')");
    house.run(&asking, &format!("fill('Key', {});\npress('Sign in', 'Cancel')", json!(asker.key)));
    house.run(&asking, &format!("shows({})", json!(format!("Ask {}", house.expert.name))));
    house.look(&asking, "ask");
    house.run(&asking, "press('Ask without my name')");
    house.run(&asking, "press('Ask', 'Cancel')");
    house.run(&asking, "shows('waits for somebody to take it')");
    let kept = house.run(
        &asking,
        "[location.href, JSON.stringify(localStorage), document.cookie, sessionStorage.length]",
    );
    assert_eq!(kept, json!([format!("{}?{}#/asks", house.home, address(&house.question)), "{}", "", 1]));

    house.go(&answering, "#/asks");
    house.run(&answering, "shows('This takes a key of your own')");
    let key = house.expert.key.clone();
    house.sign_in(&answering, &key);
    house.run(&answering, "shows('somebody who does not say who')");
    house.run(&answering, "until(() => document.getElementById('waiting').textContent.startsWith('1'))");
    house.look(&answering, "asks");
    house.run(&answering, "press('Decline', 'somebody who does not say who');\nshows('Why not?')");
    house.browser.reload(&answering);
    house.run(&answering, "press('I take it');\nshows('somebody takes care of it')");
    house.run(&asking, "shows('somebody takes care of it')");
    house.run(&answering, "press('Answer', 'somebody who does not say who')");
    house.run(&answering, "fill('Your answer', 'We replay them <b>by hand</b>.');\npress('Send the answer')");
    house.run(&answering, "shows('We replay them <b>by hand</b>.')");
    house.run(&asking, "shows('We replay them <b>by hand</b>.')");
    house.run(&asking, "press('Show my name');\nshows('It helped')");
    house.run(&answering, &format!("shows({})", json!(format!("From {}", asker.name))));
    house.run(&asking, "press('It helped');\nshows('closed')");
    house.look(&asking, "asked");
    // Who is signed in says how good a suggestion was.
    house.go(&asking, &format!("?{}", address(&house.question)));
    house.run(&asking, &format!("press('Knew it', {})", json!(house.expert.name)));
    house.run(&asking, "shows('ranking learns from this')");
    house.look(&asking, "judged");
    assert_eq!(house.server.get("/healthz").status, 200);
}

#[test]
fn whoever_may_know_is_asked_blindly_and_appears_only_by_their_own_choice() {
    let Some(mut house) = House::new() else { return };
    let (asking, answering) = (house.browser.tab(), house.browser.tab());
    let asker = house.asker();
    house.go(&asking, &format!("?{}", address(&house.question)));
    house.run(&asking, "press('Ask whoever may know')");
    house.run(&asking, &format!("fill('Key', {});\npress('Sign in', 'Cancel')", json!(asker.key)));
    house.run(&asking, "shows('even where you may not read what shows it')");
    house.look(&asking, "ask-blindly");
    house.run(&asking, "press('Ask', 'Cancel')");
    house.run(&asking, "shows('You asked whoever may know')");
    house.go(&answering, "#/asks");
    let key = house.expert.key.clone();
    house.sign_in(&answering, &key);
    house.run(&answering, "press('I take it')");
    house.run(&answering, "shows('They do not know that it was put to you')");
    house.look(&answering, "asked-blindly");
    house.run(&asking, "shows('somebody takes care of it')");
    let name = json!(house.expert.name);
    let told = format!("document.querySelector('.ask-card').textContent.includes({name})");
    assert_eq!(house.run(&asking, &told), json!(false));
    house.run(&answering, "press('Show my name')");
    house.run(&asking, &format!("until(() => {told})"));
}

/// A question, as the page writes it into its address.
fn address(question: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    format!("q={}", question.bytes().map(byte).collect::<String>())
}

#[test]
fn somebody_sees_what_is_told_of_them_changes_it_and_erases_themselves() {
    let Some(mut house) = House::new() else { return };
    let tab = house.browser.tab();
    let key = house.expert.key.clone();
    let (name, id) = (house.expert.name.clone(), house.expert.id.clone());
    let person = format!("#/people/{}", id.replace(':', "%3A").replace('@', "%40"));
    house.go(&tab, &person);
    house.run(&tab, &format!("shows({})", json!(name)));
    house.run(&tab, "until(() => document.querySelectorAll('.over-time td.there').length > 0)");
    house.look(&tab, "person");
    house.run(&tab, "document.querySelector('.over-time a').click();\nshows('no order of merit')");
    house.look(&tab, "topic");

    house.go(&tab, "");
    house.sign_in(&tab, &key);
    house.run(&tab, "press('You');\nshows('What you are known for')");
    house.look(&tab, "you");
    house.run(&tab, "press('Hide')");
    house.run(&tab, "press('Show again');\nshows('You hide nothing.')");
    house.run(&tab, "press('Wrong');\nshows('you say that it is wrong')");
    house.run(&tab, "press('Show again');\nshows('You hide nothing.')");
    let question = json!(house.question);
    house.run(&tab, &format!("fill('A question', {question});\npress('Why me?', 'A question')"));
    house.run(&tab, "shows('Your score is')");
    house.run(&tab, "document.querySelector('.sums').scrollIntoView()");
    house.look(&tab, "why");
    house.run(&tab, "press('Hide this');\nshows('Evidence')");
    house.run(&tab, "press('Show again');\nshows('You hide nothing.')");
    house.run(
        &tab,
        "fill('Hide', 'span');\nfill('From', '2020-01-01');\nfill('Until', '2020-02-01');\npress('Hide it')",
    );
    house.run(&tab, "press('Show again');\nshows('You hide nothing.')");
    house.run(&tab, "press('Ask me less');\npress('Save')");
    house.run(&tab, "until(() => document.getElementById('status').textContent === 'Saved.')");
    house.run(&tab, "press('I set my own hours');\nfill('Most open asks', '2');\npress('Add a time');\nfill('Away from', '2020-01-01T00:00');\n\
         fill('until', '2099-01-01T00:00');\npress('Save')");
    house.run(&tab, "shows('You are away.')");
    house.run(&tab, "document.querySelector('.hours').scrollIntoView()");
    house.look(&tab, "when");
    house.run(&tab, "press('Download a copy');\nuntil(() => document.getElementById('status').textContent.startsWith('Saved a copy'))");

    house.run(
        &tab,
        "press('Erase me');\nfill('Type one of your accounts', 'nobody');\npress('Erase me for good')",
    );
    house.run(&tab, "shows('confirm it with one of your accounts')");
    let account = json!(house.expert.account);
    house.run(&tab, &format!("fill('Type one of your accounts', {account});\npress('Erase me for good')"));
    house.run(&tab, "shows('You are erased.')");
    house.run(&tab, "document.querySelector('.sums:last-of-type').scrollIntoView()");
    house.look(&tab, "erased");
    assert_eq!(house.run(&tab, "sessionStorage.length"), json!(0));
    house.go(&tab, &format!("?q=x{person}"));
    house.run(&tab, "shows('There is nothing here')");
}

#[test]
fn an_operator_sees_sources_and_jobs_and_goes_back_a_generation() {
    let Some(mut house) = House::new() else { return };
    let tab = house.browser.tab();
    let root = house.place.key(&["--service", "operator", "--scopes", "admin"]);
    house.go(&tab, "");
    // By keyboard alone: to the button, into the dialog, out of it, and in again.
    house.run(&tab, "document.querySelector('#account button').focus()");
    house.browser.key(&tab, "Enter");
    house.run(&tab, "until(() => document.activeElement?.name === 'key')");
    house.browser.key(&tab, "Escape");
    house.run(
        &tab,
        "until(() => !document.querySelector('dialog') && document.activeElement.textContent === 'Sign in')",
    );
    house.browser.key(&tab, "Enter");
    house.run(&tab, &format!("fill('Key', {})", json!(root)));
    house.browser.key(&tab, "Enter");
    house.run(&tab, "press('Operations');\nshows('Nothing was ordered yet.')");
    house.run(&tab, "until(() => document.activeElement.tagName === 'H1')");
    house.run(&tab, "shows('jira')");
    house.run(&tab, "fill('What to do', 'ingest');\nshows('more.jsonl')");
    house.run(&tab, "fill('What to do', 'reindex');\npress('Order it')");
    house.run(&tab, "until(() => document.querySelector('.jobs .done'));\nuntil(() => /Number \\d+ answers now/.test(document.body.innerText))");
    house.look(&tab, "operations");
    house.run(
        &tab,
        "press('Let it answer again');\nuntil(() => document.querySelectorAll('.jobs .done').length === 2)",
    );
    house.run(&tab, "shows('The first answers now')");
    house.run(&tab, "document.querySelector('.jobs').scrollIntoView()");
    house.look(&tab, "jobs");
    house.run(&tab, "press('Sign out');\nuntil(() => document.getElementById('nav-operations').hidden)");
    assert_eq!(house.run(&tab, "sessionStorage.length"), json!(0));
}

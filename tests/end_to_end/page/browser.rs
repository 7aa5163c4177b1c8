//! A headless Chromium, spoken to over its debugging pipe: commands in, answers and events out, each ended by a NUL.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than anything takes on a busy machine; a test that waits so long has failed.
const LONGEST: Duration = Duration::from_mins(3);
/// What the tests call the browser, the first that is there.
const NAMES: [&str; 2] = ["chromium", "chromium-browser"];
/// What the tests do to a page, in its own language.
const HANDS: &str = include_str!("hands.js");

/// A running browser.
pub(super) struct Browser {
    child: Child,
    input: ChildStdin,
    told: Receiver<Value>,
    last: u64,
    events: VecDeque<Value>,
    _profile: TempDir,
}

/// A tab of it.
#[derive(Clone)]
pub(super) struct Tab(String);

impl Browser {
    /// Starts a browser; `None`, said aloud, where there is none.
    pub(super) fn start() -> Option<Self> {
        let is_there = |name: &&str| {
            Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status()
        };
        let Some(name) = NAMES.into_iter().find(|name| is_there(name).is_ok_and(|status| status.success()))
        else {
            println!("SKIPPED: there is no Chromium to click through the page with");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        // The browser reads commands from its third and writes to its fourth file.
        command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null", name]);
        command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]);
        command.args(["--no-first-run", "--disable-background-networking", "--disable-component-update"]);
        command.args(["--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1200,1000"]);
        command.arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, told) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|length| length > 0) {
                let whole = message.strip_suffix(&[0]).unwrap_or(&message);
                if sender.send(serde_json::from_slice(whole).unwrap()).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let events = VecDeque::new();
        Some(Self { child, input, told, last: 0, events, _profile: profile })
    }

    /// Opens a tab.
    pub(super) fn tab(&mut self) -> Tab {
        let target = self.command(None, "Target.createTarget", &json!({"url": "about:blank"}));
        let arguments = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.command(None, "Target.attachToTarget", &arguments);
        let tab = Tab(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            self.on(&tab, &format!("{domain}.enable"), &json!({}));
        }
        self.on(&tab, "Page.addScriptToEvaluateOnNewDocument", &json!({ "source": HANDS }));
        tab
    }

    /// Sends a command to a tab, and gives its result.
    #[track_caller]
    pub(super) fn on(&mut self, tab: &Tab, method: &str, arguments: &Value) -> Value {
        self.command(Some(tab), method, arguments)
    }

    #[track_caller]
    fn command(&mut self, tab: Option<&Tab>, method: &str, arguments: &Value) -> Value {
        self.last += 1;
        let mut command = json!({"id": self.last, "method": method, "params": arguments});
        if let Some(Tab(session)) = tab {
            command["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{command}\0").as_bytes()).unwrap();
        loop {
            let message = self.told.recv_timeout(LONGEST).unwrap();
            if message["id"] == json!(self.last) {
                assert!(message.get("error").is_none(), "{method}: {message:#}");
                return message["result"].clone();
            }
            self.events.push_back(message);
        }
    }

    /// Goes to an address and waits until the page is there.
    #[track_caller]
    pub(super) fn go(&mut self, tab: &Tab, address: &str) {
        self.on(tab, "Page.navigate", &json!({ "url": address }));
        self.run(tab, "until(() => document.readyState === 'complete' && document.getElementById('account')?.children.length > 0)");
    }

    /// Loads the page again and waits until it is there: what is run before that runs in the page that goes.
    #[track_caller]
    pub(super) fn reload(&mut self, tab: &Tab) {
        let known = self.events.len();
        self.on(tab, "Page.reload", &json!({}));
        self.until_told(tab, "Page.loadEventFired", known);
    }

    /// Waits until a tab tells of an event, after so many others.
    #[track_caller]
    fn until_told(&mut self, tab: &Tab, method: &str, known: usize) {
        let told = |event: &Value| event["method"] == method && event["sessionId"] == tab.0;
        while !self.events.iter().skip(known).any(told) {
            let message = self.told.recv_timeout(LONGEST).unwrap();
            self.events.push_back(message);
        }
    }

    /// Whether this browser would run and tell of what is written to run in a page: lets it, in a page of nobody's.
    #[track_caller]
    pub(super) fn is_harmed_by(&mut self, tab: &Tab, html: &str) -> bool {
        let known = self.events.len();
        let script = format!("document.body.innerHTML = {}", json!(html));
        self.on(tab, "Runtime.evaluate", &json!({ "expression": script }));
        self.until_told(tab, "Page.javascriptDialogOpening", known);
        self.on(tab, "Page.handleJavaScriptDialog", &json!({"accept": true}));
        self.troubles("").iter().any(|trouble| trouble.contains("alert"))
    }

    /// Runs a script in a tab, and gives what it comes to.
    #[track_caller]
    pub(super) fn run(&mut self, tab: &Tab, script: &str) -> Value {
        let arguments = json!({
            "expression": format!("(async () => {{ {} }})()", returning(script)),
            "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let done = self.on(tab, "Runtime.evaluate", &arguments);
        let failed = done.get("exceptionDetails");
        assert!(failed.is_none(), "{script}: {}", failed.unwrap_or(&Value::Null)["exception"]["description"]);
        done["result"]["value"].clone()
    }

    /// Presses a key.
    #[track_caller]
    pub(super) fn key(&mut self, tab: &Tab, name: &str) {
        let code = match name {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            _ => 0,
        };
        let text = if name == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let mut arguments =
                json!({"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code});
            if kind == "keyDown" && !text.is_empty() {
                arguments["text"] = json!(text);
            }
            self.on(tab, "Input.dispatchKeyEvent", &arguments);
        }
    }

    /// Saves what a tab shows as a PNG.
    pub(super) fn picture(&mut self, tab: &Tab, path: &Path) {
        let picture = self.on(tab, "Page.captureScreenshot", &json!({"format": "png"}));
        fs_err::write(path, decoded(picture["data"].as_str().unwrap())).unwrap();
    }

    /// What a reader or a developer would stumble over since the last time: errors, breaches of the page's policy,
    /// dialogs, requests to elsewhere. Answers that are refusals are none: the page tells them itself.
    pub(super) fn troubles(&mut self, home: &str) -> Vec<String> {
        let events: Vec<Value> = self.events.drain(..).chain(self.told.try_iter()).collect();
        events.iter().filter_map(|event| trouble(event, home)).collect()
    }
}

fn trouble(event: &Value, home: &str) -> Option<String> {
    let told = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(told["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if told["type"] == "error" => Some(told["args"].to_string()),
        "Log.entryAdded" if told["entry"]["level"] == "error" && told["entry"]["source"] != "network" => {
            Some(told["entry"].to_string())
        }
        "Page.javascriptDialogOpening" => Some(told.to_string()),
        "Network.requestWillBeSent" => {
            let address = told["request"]["url"].as_str()?;
            let own = [home, "about:", "blob:", "data:"].iter().any(|start| address.starts_with(start));
            // Pictures of the browser's own fields are `data:`. What opens something is in no address.
            (!own || address.contains("wk1_")).then(|| format!("a request to {address}"))
        }
        _ => None,
    }
}

/// Expressions, each on a line and waited for, of which the last is the value.
fn returning(script: &str) -> String {
    let mut lines: Vec<String> = script.split(";\n").map(|line| format!("await {}", line.trim())).collect();
    if let Some(last) = lines.last_mut() {
        *last = format!("return {last}");
    }
    lines.join(";\n")
}

/// Base64, as the browser sends pictures.
fn decoded(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

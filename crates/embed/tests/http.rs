//! The endpoint's client against a server of this process.

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    use embed::{Embedder, HttpConfig, HttpEmbedder, conformance};

    /// What a request said.
    #[derive(Debug, Clone, Default)]
    struct Seen {
        authorization: Option<String>,
        texts: Vec<String>,
    }

    /// Answers a request: a status and a body; none closes the connection.
    type Answer = dyn Fn(usize, &Seen) -> Option<(u16, String)> + Send + Sync;

    /// A server on a free port of this machine; lives as long as the process.
    fn serve(answer: Box<Answer>) -> (String, Arc<Mutex<Vec<Seen>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/embeddings", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer: Arc<Answer> = answer.into();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                // Each on its own: a client keeps connections open for later.
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || talk(&mut connection.unwrap(), &*answer, &log));
            }
        });
        (url, seen)
    }

    /// Answers what comes over one connection.
    fn talk(connection: &mut TcpStream, answer: &Answer, log: &Mutex<Vec<Seen>>) {
        while let Some(request) = read(connection) {
            let number = {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.push(request.clone());
                log.len()
            };
            let Some((status, body)) = answer(number, &request) else { break };
            let head = format!("HTTP/1.1 {status} said\r\ncontent-length: {}\r\n\r\n", body.len());
            if connection.write_all(format!("{head}{body}").as_bytes()).is_err() {
                break;
            }
        }
    }

    fn read(connection: &mut TcpStream) -> Option<Seen> {
        let mut reader = BufReader::new(connection);
        let (mut seen, mut length) = (Seen::default(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "authorization" => seen.authorization = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let body: serde_json::Value = serde_json::from_slice(&body).ok()?;
        assert_eq!(body["encoding_format"], "float");
        assert_eq!(body["model"], "small one");
        seen.texts =
            body["input"].as_array()?.iter().filter_map(|text| Some(text.as_str()?.to_owned())).collect();
        Some(seen)
    }

    /// Vectors that follow from the texts, the last text first: the numbers say which is whose.
    fn vectors(seen: &Seen) -> String {
        let item = |(index, text): (usize, &String)| {
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            serde_json::json!({"index": index, "embedding": [1.0, text.len() as f32, letters as f32]})
        };
        let data: Vec<_> = seen.texts.iter().enumerate().map(item).rev().collect();
        serde_json::json!({"object": "list", "data": data}).to_string()
    }

    fn config(url: &str) -> HttpConfig {
        HttpConfig {
            url: url.to_owned(),
            model: "small one".to_owned(),
            dimensions: 3,
            key: None,
            authorities: None,
            timeout: Duration::from_mins(1),
            question_timeout: Duration::from_mins(1),
            attempts: 3,
            first_wait: Duration::from_millis(1),
            batch: 4,
        }
    }

    fn count(seen: &Mutex<Vec<Seen>>) -> usize {
        seen.lock().unwrap().len()
    }

    #[test]
    fn it_keeps_every_promise_of_an_embedder() {
        let (url, _) = serve(Box::new(|_, seen| Some((200, vectors(seen)))));
        assert_eq!(conformance::check(&HttpEmbedder::new(config(&url)).unwrap()), Ok(()));
    }

    #[test]
    fn batches_keep_to_their_limit_and_carry_the_key() {
        let (url, seen) = serve(Box::new(|_, seen| Some((200, vectors(seen)))));
        let key = Some("k-123".to_owned());
        let embedder = HttpEmbedder::new(HttpConfig { key, ..config(&url) }).unwrap();
        embedder.embed(&["a", "b", "", "c", "d", "e", "?!"]).unwrap();
        let seen = seen.lock().unwrap();
        let sizes: Vec<usize> = seen.iter().map(|request| request.texts.len()).collect();
        assert_eq!(sizes, [4, 1], "what holds no word is not sent");
        assert!(seen.iter().all(|request| request.authorization.as_deref() == Some("Bearer k-123")));
        assert!(!format!("{embedder:?}").contains("k-123"));
    }

    #[test]
    fn what_passes_is_tried_again() {
        let (url, seen) = serve(Box::new(|number, seen| match number {
            1 => Some((503, String::new())),
            2 => None,
            _ => Some((200, vectors(seen))),
        }));
        let embedder = HttpEmbedder::new(config(&url)).unwrap();
        assert_eq!(embedder.embed(&["a", "bb"]).unwrap().len(), 2);
        assert_eq!(count(&seen), 3);
    }

    #[test]
    fn what_does_not_pass_is_not_tried_again_and_quotes_nothing() {
        let (url, seen) = serve(Box::new(|_, _| Some((401, "the text was: a".to_owned()))));
        let embedder = HttpEmbedder::new(config(&url)).unwrap();
        let message = embedder.embed(&["a"]).unwrap_err().to_string();
        assert!(message.contains("401") && !message.contains("text was"), "{message}");
        assert_eq!(count(&seen), 1);
    }

    #[test]
    fn after_the_last_try_it_gives_up() {
        let (url, seen) = serve(Box::new(|_, _| Some((429, String::new()))));
        let embedder = HttpEmbedder::new(config(&url)).unwrap();
        assert!(embedder.embed(&["a"]).unwrap_err().to_string().contains("429"));
        assert_eq!(count(&seen), 3);
        assert!(embedder.embed_one("a").is_err());
        assert_eq!(count(&seen), 4, "a question is tried once");
    }

    #[test]
    fn an_answer_of_another_length_is_refused() {
        let (url, seen) = serve(Box::new(|_, seen| Some((200, vectors(seen)))));
        let embedder = HttpEmbedder::new(HttpConfig { dimensions: 2, ..config(&url) }).unwrap();
        let message = embedder.embed(&["a"]).unwrap_err().to_string();
        assert!(message.contains("3 dimensions, the options say 2"), "{message}");
        assert_eq!(count(&seen), 1);
    }

    #[test]
    fn an_endpoint_that_says_nothing_is_not_waited_for() {
        // Taken by the machine, answered by nobody.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/embeddings", silent.local_addr().unwrap());
        let question_timeout = Duration::from_millis(20);
        let embedder = HttpEmbedder::new(HttpConfig { question_timeout, ..config(&url) }).unwrap();
        assert!(embedder.embed_one("a").unwrap_err().to_string().contains("timeout"));
    }

    #[test]
    fn addresses_that_cannot_be_meant_are_refused() {
        let refused = |url: &str, key: Option<&str>, expected: &str| {
            let key = key.map(str::to_owned);
            let error = HttpEmbedder::new(HttpConfig { key, ..config(url) }).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        refused("http://models.example/v1/embeddings", Some("k"), "only over https");
        refused("ftp://models.example", None, "https://");
        refused("not an address", None, "none");
        assert!(HttpEmbedder::new(config("http://models.example/v1/embeddings")).is_ok());
    }

    #[test]
    fn two_endpoints_are_two_models() {
        let id = |url: &str| HttpEmbedder::new(config(url)).unwrap().model_id().clone();
        assert_ne!(id("https://a.example/v1/embeddings"), id("https://b.example/v1/embeddings"));
        assert!(id("https://a.example/v1/embeddings").as_str().starts_with("http-smallone@"));
    }
}

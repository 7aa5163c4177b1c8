//! Checking the chain: what was changed, removed, put in or put elsewhere is found.

use std::io::{BufRead, BufReader};

use super::file::{AuditError, AuditLog, Head};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The month.
    pub month: String,
    /// The line, from 1; 0 for the end of the log.
    pub line: usize,
    /// What, in words.
    pub what: String,
}

/// What checking found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many entries hang together.
    pub entries: u64,
    /// The number of the first; above 1 where older months were removed.
    pub first: u64,
    /// Bytes that a crash tore at the end: no fault; the next entry tells of them.
    pub torn: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl AuditLog {
    /// Checks every entry. Reads all of it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn check(&self) -> Result<Checked, AuditError> {
        let mut checked = Checked::default();
        let mut last: Option<Head> = None;
        let months = self.months()?;
        for month in &months {
            let mut file = BufReader::new(fs_err::File::open(self.path(month))?);
            let (mut line, mut number) = (Vec::new(), 0);
            loop {
                line.clear();
                if file.read_until(b'\n', &mut line)? == 0 {
                    break;
                }
                number += 1;
                let fault = |what: &str| Fault { month: month.clone(), line: number, what: what.to_owned() };
                let Some(whole) = line.strip_suffix(b"\n") else {
                    if Some(month) == months.last() {
                        checked.torn = line.len() as u64;
                    } else {
                        checked.faults.push(fault("the line breaks off"));
                    }
                    continue;
                };
                let read = std::str::from_utf8(whole).ok().and_then(|text| self.hasher().read(text));
                let Some((entry, hash)) = read else {
                    checked.faults.push(fault("it is not what was written"));
                    continue;
                };
                match &last {
                    None => checked.first = entry.n,
                    Some(last) if last.hash != entry.before || last.n + 1 != entry.n => {
                        checked.faults.push(fault("it does not follow the entry before it"));
                    }
                    Some(_) => {}
                }
                checked.entries += 1;
                last = Some(Head { n: entry.n, hash });
            }
        }
        self.check_end(&mut checked, last, months.last())?;
        Ok(checked)
    }

    /// Whether the last entry is the last that was written.
    fn check_end(
        &self,
        checked: &mut Checked,
        last: Option<Head>,
        month: Option<&String>,
    ) -> Result<(), AuditError> {
        let Some(noted) = self.noted_head()? else { return Ok(()) };
        let found = last.as_ref().map_or(0, |last| last.n);
        let other = last.is_some_and(|last| last.n == noted.n && last.hash != noted.hash);
        if found < noted.n || other {
            let month = month.cloned().unwrap_or_default();
            let what = format!("{} entries were written, the last here is number {found}", noted.n);
            checked.faults.push(Fault { month, line: 0, what });
        }
        Ok(())
    }
}

//! winmail.dat (MS-OXTNEF): the words of a mail that Outlook packed in its own way.
//!
//! Only the text is taken: the plain body, else the HTML or RTF body among the properties. Attachments in it
//! stay where they are.

use super::{charset, html, rtf};

const SIGNATURE: u32 = 0x223e_9f78;
/// attBody: the plain text.
const BODY: u32 = 0x0002_800c;
/// attOemCodepage.
const CODEPAGE: u32 = 0x0006_9007;
/// attMsgProps: properties of the mail.
const PROPERTIES: u32 = 0x0006_9003;
/// More attributes than any real packing has.
const MAX_ATTRIBUTES: usize = 20_000;

/// The text of a packed mail; `None` if it is no TNEF or holds none. Costs time linear in the length.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader { rest: bytes };
    if reader.u32()? != SIGNATURE {
        return None;
    }
    reader.take(2)?;
    let (mut codepage, mut body, mut other) = (1252, None, None);
    for _ in 0..MAX_ATTRIBUTES {
        let Some((id, data)) = attribute(&mut reader) else { break };
        match id {
            CODEPAGE => codepage = Reader { rest: data }.u32().map_or(codepage, u32::cast_signed),
            BODY => body = Some(data),
            PROPERTIES => other = other.or_else(|| from_properties(data)),
            _ => {}
        }
    }
    let plain = body.map(|body| charset::decoded(body, &charset::of_codepage(codepage)));
    let plain = plain.map(|text| text.replace("\r\n", "\n").trim_end_matches(['\0', '\n']).to_owned());
    plain.filter(|text| !text.trim().is_empty()).or(other).filter(|text| !text.trim().is_empty())
}

fn attribute<'b>(reader: &mut Reader<'b>) -> Option<(u32, &'b [u8])> {
    reader.take(1)?;
    let id = reader.u32()?;
    let length = reader.u32()? as usize;
    let data = reader.take(length)?;
    reader.take(2)?;
    Some((id, data))
}

/// The body among MAPI properties: plain, HTML, or packed RTF.
fn from_properties(data: &[u8]) -> Option<String> {
    let mut reader = Reader { rest: data };
    let count = reader.u32()?;
    let (mut plain, mut page, mut packed) = (None, None, None);
    for _ in 0..count.min(10_000) {
        let Some((id, kind, value)) = property(&mut reader) else { break };
        match (id, kind) {
            (0x1000, 0x1e) => plain = Some(charset::decoded(value, "windows-1252")),
            (0x1000, 0x1f) => plain = Some(charset::decoded(value, "utf-16le")),
            (0x1013, _) => page = Some(html::to_text(&String::from_utf8_lossy(&charset::utf8(value)))),
            (0x1009, 0x102) => packed = rtf::text(value),
            _ => {}
        }
    }
    let plain = plain.map(|text| text.replace("\r\n", "\n").trim_end_matches(['\0', '\n']).to_owned());
    plain.or(page).or(packed)
}

/// The next property: its id, its type and its (first) value.
fn property<'b>(reader: &mut Reader<'b>) -> Option<(u16, u16, &'b [u8])> {
    let kind = reader.u16()?;
    let id = reader.u16()?;
    if id >= 0x8000 {
        // A named property: its GUID, then a number or a name.
        reader.take(16)?;
        let by_name = reader.u32()? != 0;
        let length = if by_name { reader.u32()? as usize } else { 4 };
        reader.take(length.checked_next_multiple_of(4)?)?;
    }
    let several = kind & 0x1000 != 0;
    let base = kind & 0x0fff;
    let counted = matches!(base, 0x1e | 0x1f | 0x0d | 0x102);
    let values = if several || counted { reader.u32()? } else { 1 };
    let mut first: Option<&[u8]> = None;
    for _ in 0..values.min(10_000) {
        let length = if counted {
            reader.u32()? as usize
        } else {
            match base {
                0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
                0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
                0x48 => 16,
                _ => return None,
            }
        };
        let value = reader.take(length)?;
        reader.take(length.checked_next_multiple_of(4)? - length)?;
        first.get_or_insert(value);
    }
    Some((id, base, first.unwrap_or_default()))
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(attributes: &[(u32, &[u8])]) -> Vec<u8> {
        let mut out = SIGNATURE.to_le_bytes().to_vec();
        out.extend_from_slice(&[1, 0]);
        for (id, data) in attributes {
            out.push(1);
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&(data.len() as u32).to_le_bytes());
            out.extend_from_slice(data);
            out.extend_from_slice(&[0, 0]);
        }
        out
    }

    #[test]
    fn the_plain_body_is_found() {
        let codepage = 1251_u32.to_le_bytes();
        let file =
            packed(&[(CODEPAGE, &codepage), (0x0006_8000, b"x"), (BODY, b"\xcf\xf0\xe8\xe2\xe5\xf2\0")]);
        assert_eq!(text(&file).as_deref(), Some("Привет"));
    }

    #[test]
    fn a_body_among_the_properties_is_found() {
        let mut properties = 2_u32.to_le_bytes().to_vec();
        properties.extend_from_slice(&[0x03, 0, 0x17, 0, 1, 0, 0, 0]);
        properties.extend_from_slice(&[0x1e, 0, 0x00, 0x10, 1, 0, 0, 0, 6, 0, 0, 0]);
        properties.extend_from_slice(b"hello\0\0\0");
        assert_eq!(text(&packed(&[(PROPERTIES, &properties)])).as_deref(), Some("hello"));
    }

    #[test]
    fn what_is_cut_or_lies_about_its_length_is_nothing() {
        let file = packed(&[(BODY, b"hello")]);
        for cut in 0..file.len() {
            let _ = text(&file[..cut]);
        }
        let mut liar = file.clone();
        liar[11..15].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(text(&liar), None);
        assert_eq!(text(b"hello"), None);
    }
}

//! Word pieces by their bytes: the longest that a text begins with, in one walk.

/// A set of byte strings with numbers.
///
/// Nodes lie level by level, so that a node's children are neighbours: a node is a byte, where its children begin
/// and how many there are, and the number of the piece that ends there. About twelve bytes a node.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    bytes: Vec<u8>,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    first_child: u32,
    children: u16,
    piece: Option<u32>,
}

impl Trie {
    /// Takes strings with their numbers; of equal strings the first by number counts.
    pub(crate) fn new(mut pieces: Vec<(&[u8], u32)>) -> Self {
        pieces.sort_unstable();
        let mut trie = Self::default();
        // What begins alike stands together: a node is a range of the sorted strings, and how much they share.
        let mut ranges = vec![(0, pieces.len(), 0)];
        trie.push(0);
        let mut at = 0;
        while let Some(&(mut from, to, depth)) = ranges.get(at) {
            let mut node = Node { first_child: trie.nodes.len() as u32, children: 0, piece: None };
            while from < to && pieces[from].0.len() == depth {
                node.piece = node.piece.or(Some(pieces[from].1));
                from += 1;
            }
            while from < to {
                let byte = pieces[from].0[depth];
                let end = from + pieces[from..to].partition_point(|(piece, _)| piece[depth] == byte);
                trie.push(byte);
                node.children += 1;
                ranges.push((from, end, depth + 1));
                from = end;
            }
            trie.nodes[at] = node;
            at += 1;
        }
        trie
    }

    fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.nodes.push(Node { first_child: 0, children: 0, piece: None });
    }

    /// The longest piece that `text` begins with, capitals taken for small letters: its length and its number.
    pub(crate) fn longest(&self, text: &[u8]) -> Option<(usize, u32)> {
        let mut node = self.nodes.first()?;
        let mut best = None;
        for (place, byte) in text.iter().enumerate() {
            let byte = byte.to_ascii_lowercase();
            let first = node.first_child as usize;
            let children = self.bytes.get(first..first + usize::from(node.children))?;
            let Some(child) = children.iter().position(|other| *other == byte) else { break };
            node = self.nodes.get(first + child)?;
            best = node.piece.map(|piece| (place + 1, piece)).or(best);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::Trie;

    #[test]
    fn the_longest_wins_whatever_stands_between() {
        let trie = Trie::new(vec![(b"a", 1), (b"abcd", 2), (b"ab", 3), (b"b", 4), (b"ab", 9)]);
        let cases: [(&str, Option<(usize, u32)>); 7] = [
            ("abcde", Some((4, 2))),
            ("ABC", Some((2, 3))),
            ("ax", Some((1, 1))),
            ("b", Some((1, 4))),
            ("xa", None),
            ("", None),
            ("abab", Some((2, 3))),
        ];
        for (text, expected) in cases {
            assert_eq!(trie.longest(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(Trie::new(Vec::new()).longest(b"a"), None);
    }
}

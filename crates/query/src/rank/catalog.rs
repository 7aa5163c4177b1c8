//! Every feature of a candidate: its name, the part of the score it belongs to, and which views look at it.

/// The named parts of a score, in the order they are shown. Every feature belongs to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Part {
    /// Words of the question in what they wrote and in the questions they answered.
    Topical = 0,
    /// Meaning near to the question's.
    Dense = 1,
    /// How much of the question one piece holds, and how much of their work is about it.
    Specificity = 2,
    /// Several conversations, several askers, over some time.
    Breadth = 3,
    /// Answers that were thanked for, accepted, confirmed, resolved.
    Quality = 4,
    /// Answers in the channel of the question, or in channels that its words belong to.
    Channel = 5,
    /// How much and how lately they answer at all.
    Activity = 6,
    /// Helped this asker before.
    Social = 7,
    /// Asked about it themselves, declined, failed.
    Negative = 8,
}

impl Part {
    /// Every part, in the order of its number.
    pub const ALL: [Self; 9] = [
        Self::Topical,
        Self::Dense,
        Self::Specificity,
        Self::Breadth,
        Self::Quality,
        Self::Channel,
        Self::Activity,
        Self::Social,
        Self::Negative,
    ];

    /// The word in answers, options and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Topical => "topical",
            Self::Dense => "dense",
            Self::Specificity => "specificity",
            Self::Breadth => "breadth",
            Self::Quality => "quality",
            Self::Channel => "channel",
            Self::Activity => "activity",
            Self::Social => "social",
            Self::Negative => "negative",
        }
    }
}

/// Declares the features once: the enum, its list and what each is.
macro_rules! features {
    ($($(#[doc = $about:literal])+ $name:ident = $word:literal in $part:ident $(, $presence:ident)?;)+) => {
        /// One thing that is known of a candidate for a question; every value is at least 0.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(usize)]
        pub enum Feature {
            $($(#[doc = $about])+ $name,)+
        }

        impl Feature {
            /// Every feature, in the order of its number.
            pub const ALL: [Self; features!(@count $($name)+)] = [$(Self::$name,)+];

            /// The word in options, models and reports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Reads the word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|feature| feature.as_str() == text)
            }

            /// The part of the score it belongs to.
            pub const fn part(self) -> Part {
                match self { $(Self::$name => Part::$part,)+ }
            }

            /// Whether it tells who is there rather than who knows: the view "knows" leaves it out.
            pub const fn tells_presence(self) -> bool {
                match self { $(Self::$name => features!(@presence $($presence)?),)+ }
            }
        }
    };
    (@count $($name:ident)+) => { [$(features!(@one $name)),+].len() };
    (@one $name:ident) => { () };
    (@presence) => { false };
    (@presence presence) => { true };
}

features! {
    /// CombSUM (Macdonald & Ounis 2006) over the best lexical documents: score^power × role × recency.
    Votes = "votes" in Topical;
    /// The same, counting only what shows know-how: see [`crate::MarkWeights`].
    Shown = "shown" in Topical;
    /// The same, of a person's own words only.
    Own = "own" in Topical;
    /// The same, of the questions they answered only.
    Answered = "question" in Topical;
    /// The same, with a fourth of the half-life.
    Fresh = "fresh" in Topical;
    /// The same, without recency.
    Timeless = "timeless" in Topical;
    /// The best single document.
    Best = "best" in Topical;
    /// Reciprocal ranks of their documents.
    Ranks = "ranks" in Topical;
    /// BM25 over everything they answered, taken as one document.
    Profile = "profile" in Topical;
    /// CombSUM over the nearest documents: cosine^power × role × recency.
    Near = "near" in Dense;
    /// The same, counting only what shows know-how.
    ShownNear = "shown_near" in Dense;
    /// The largest share of the question's idf in one document.
    Coverage = "coverage" in Specificity;
    /// Share of their answers that is about the question.
    Focus = "focus" in Specificity;
    /// Conversations among the best lexical documents.
    Conversations = "conversations" in Breadth;
    /// Those of them that show know-how.
    ShownConversations = "shown_conversations" in Breadth;
    /// Different askers among them.
    Askers = "askers" in Breadth;
    /// Days between the first and the last of them.
    Span = "span" in Breadth;
    /// Votes of documents that were acknowledged.
    Credited = "credited" in Quality;
    /// Votes of their own answers that others confirmed.
    Solved = "solved" in Quality;
    /// Dense votes of their own answers that others confirmed.
    SolvedNear = "solved_near" in Quality;
    /// Share of their votes that others confirmed, shrunk.
    SolveRate = "solve_rate" in Quality;
    /// Share of their votes that show know-how, shrunk.
    ShownRate = "shown_rate" in Quality;
    /// Share of their votes that recency with a fourth of the half-life leaves, shrunk.
    FreshRate = "fresh_rate" in Quality;
    /// Votes of tickets that were closed as done in their name.
    ResolvedVotes = "resolved_votes" in Quality;
    /// Share of their answers that was acknowledged, shrunk towards a quarter.
    CreditRate = "credit_rate" in Quality;
    /// Lexical votes in the channel of the question.
    ChannelVotes = "channel_votes" in Channel;
    /// Dense votes in the channel of the question.
    ChannelNear = "channel_near" in Channel;
    /// Answers in the channel, two weeks half-life.
    ChannelLately = "channel_lately" in Channel, presence;
    /// Answers in the channel, the activity half-life.
    ChannelAnswers = "channel_answers" in Channel, presence;
    /// Answers in the channel, a year half-life.
    ChannelEver = "channel_ever" in Channel, presence;
    /// Answers in the channels where documents like the question lie, by their share of the votes.
    GuessedChannel = "guessed_channel" in Channel, presence;
    /// Answers anywhere, two weeks half-life.
    Lately = "lately" in Activity, presence;
    /// Answers anywhere, the activity half-life.
    Answers = "answers" in Activity, presence;
    /// Answers anywhere, a year half-life.
    Ever = "ever" in Activity, presence;
    /// How short ago they answered last: 1 / (1 + days).
    LastSeen = "last_seen" in Activity, presence;
    /// Share of their answers at this hour of the day, two hours around.
    Hour = "hour" in Activity, presence;
    /// Helped this asker before, ninety days half-life.
    Helped = "helped" in Social, presence;
    /// Votes of what they asked, not answered, about it.
    Asked = "asked" in Negative;
    /// Votes that show nothing: what is left out of `shown`.
    Empty = "empty" in Negative;
    /// Votes that show know-how, but are old: what recency with a fourth of the half-life takes away.
    Lapsed = "lapsed" in Negative;
    /// Votes of answers that did not help.
    Failed = "failed" in Negative;
    /// Votes of words that show nothing: the same trouble, no idea, a question back, moving it along.
    Idle = "idle" in Negative;
    /// Votes of words that somebody else wrote before, or of boilerplate.
    Repeated = "repeated" in Negative;
    /// Questions beside answers, overall: asked / (asked + answered), shrunk.
    AskRate = "ask_rate" in Negative;
}

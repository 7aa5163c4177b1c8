//! What stands before a file's messages: the server and the channel.

use model::{Container, ContainerId, ContainerKind, SourceName, Visibility};
use serde_json::Value;

use crate::formats::values;

/// Server and channel of a file.
#[derive(Debug, Default)]
pub(super) struct Heading {
    guild_id: String,
    guild: String,
    id: String,
    name: String,
    kind: String,
    parent: Option<(String, String)>,
}

impl Heading {
    pub(super) fn guild(&mut self, guild: &Value) {
        self.guild_id = values::id(guild, "id").unwrap_or_default();
        values::text(guild, "name").unwrap_or_default().clone_into(&mut self.guild);
    }

    pub(super) fn channel(&mut self, channel: &Value) {
        self.id = values::id(channel, "id").unwrap_or_default();
        self.name = values::text(channel, "name").unwrap_or(&self.id).to_owned();
        self.kind = values::id(channel, "type").unwrap_or_default();
        let parent = values::id(channel, "categoryId");
        let name = values::text(channel, "category").map(str::to_owned);
        self.parent = parent.map(|id| (id.clone(), name.unwrap_or(id)));
    }

    /// Whether the file is a talk below a message of another channel. Kinds that the exporter does not know
    /// by name stand as numbers.
    pub(super) fn is_below_message(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "GuildNewsThread" | "GuildPublicThread" | "GuildPrivateThread" | "10" | "11" | "12"
        )
    }

    /// Such a talk that only those know who were asked in.
    pub(super) fn is_private(&self) -> bool {
        matches!(self.kind.as_str(), "GuildPrivateThread" | "12")
    }

    /// The talk's own id: that of the message it was opened below.
    pub(super) fn conversation(&self) -> Option<&str> {
        self.is_below_message().then_some(self.id.as_str())
    }

    /// The id of the container that the messages go to.
    pub(super) fn native(&self) -> &str {
        match &self.parent {
            Some((parent, _)) if self.is_below_message() => parent,
            _ => &self.id,
        }
    }

    pub(super) fn container_id(&self, source: &SourceName) -> Option<ContainerId> {
        ContainerId::from_native(source, self.native()).ok()
    }

    /// The container. A server's channel states no rights; of a direct channel the members are not known.
    pub(super) fn container(&self, id: ContainerId) -> Container {
        let kind = match self.kind.as_str() {
            "DirectTextChat" | "1" => ContainerKind::Direct,
            "DirectGroupTextChat" | "3" => ContainerKind::GroupDirect,
            _ => ContainerKind::Channel,
        };
        let own = match &self.parent {
            Some((_, parent)) if self.is_below_message() => parent,
            _ => &self.name,
        };
        let server = kind == ContainerKind::Channel && !self.guild.is_empty();
        let name = if server { format!("{} / {own}", self.guild) } else { own.clone() };
        let stated_visibility = kind.is_closed().then_some(Visibility::Nobody);
        Container { id, name, kind, stated_visibility }
    }

    /// The page that opens a message.
    pub(super) fn link(&self, message: &str) -> Option<String> {
        let numbers = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let guild = if self.guild_id == "0" { "@me" } else { self.guild_id.as_str() };
        let known = (guild == "@me" || numbers(guild)) && numbers(&self.id) && numbers(message);
        known.then(|| format!("https://discord.com/channels/{guild}/{}/{message}", self.id))
    }
}

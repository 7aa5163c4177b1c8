//! What personnel systems call the columns that are read; names stand as `table::name` gives them.

use crate::formats::table::Sheet;

/// A column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Email,
    OtherEmails,
    Name,
    Given,
    Family,
    Status,
    Kind,
    Title,
    Team,
    Region,
    Languages,
    Manager,
    Timezone,
    Starts,
    Ends,
}

/// Columns that say something about a person besides name and address.
pub(super) const ABOUT: [Column; 11] = [
    Column::Id,
    Column::Status,
    Column::Kind,
    Column::Title,
    Column::Team,
    Column::Region,
    Column::Languages,
    Column::Manager,
    Column::Timezone,
    Column::Starts,
    Column::Ends,
];

/// Columns of tickets and of customers, which no list of colleagues has.
pub(super) const OF_OTHERS: [&str; 11] = [
    "subject",
    "issuekey",
    "ticketid",
    "ticketname",
    "casenumber",
    "body",
    "recordid",
    "lifecyclestage",
    "leadstatus",
    "leadsource",
    "masterrecordid",
];

/// What each is called.
const NAMES: [(Column, &[&str]); 16] = [
    (
        Column::Id,
        &[
            "employeeid",
            "personid",
            "workerid",
            "externalid",
            "personnelnumber",
            "personalnummer",
            "employeenumber",
            "staffid",
            "userid",
            "id",
        ],
    ),
    (
        Column::Email,
        &[
            "email",
            "workemail",
            "emailaddress",
            "mail",
            "primaryemail",
            "businessemail",
            "companyemail",
            "emailwork",
            "userprincipalname",
            "username",
        ],
    ),
    (
        Column::OtherEmails,
        &[
            "otheremails",
            "aliases",
            "emailaliases",
            "previousemails",
            "secondaryemail",
            "secondaryemails",
            "alternateemail",
            "proxyaddresses",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "preferredname",
            "employeename",
            "employee",
            "worker",
            "preferredfullname",
        ],
    ),
    (Column::Given, &["preferredfirstname", "firstname", "givenname", "forename", "vorname"]),
    (Column::Family, &["lastname", "familyname", "surname", "nachname", "preferredlastname"]),
    (
        Column::Kind,
        &[
            "employmenttype",
            "employeetype",
            "workertype",
            "contracttype",
            "kind",
            "usertype",
            "beschäftigungsart",
        ],
    ),
    (
        Column::Status,
        &[
            "status",
            "employmentstatus",
            "employeestatus",
            "workerstatus",
            "active",
            "isactive",
            "accountenabled",
        ],
    ),
    (Column::Title, &["jobtitle", "title", "position", "role", "businesstitle", "jobprofile"]),
    (
        Column::Team,
        &[
            "team",
            "department",
            "orgunit",
            "organizationalunit",
            "organization",
            "division",
            "group",
            "unit",
            "abteilung",
            "supervisoryorganization",
        ],
    ),
    (
        Column::Region,
        &[
            "region",
            "location",
            "office",
            "site",
            "country",
            "worklocation",
            "city",
            "standort",
            "officelocation",
        ],
    ),
    (Column::Languages, &["languages", "language", "spokenlanguages", "preferredlanguage", "sprachen"]),
    (
        Column::Manager,
        &[
            "manageremail",
            "managerid",
            "manager",
            "reportsto",
            "supervisoremail",
            "supervisor",
            "linemanager",
            "managername",
        ],
    ),
    (Column::Timezone, &["timezone", "tz", "zone", "zeitzone"]),
    (
        Column::Starts,
        &[
            "startdate",
            "hiredate",
            "dateofhire",
            "joindate",
            "joiningdate",
            "employmentstartdate",
            "originalhiredate",
            "firstday",
            "eintrittsdatum",
            "starts",
        ],
    ),
    (
        Column::Ends,
        &[
            "enddate",
            "terminationdate",
            "leavedate",
            "leavingdate",
            "lastday",
            "lastdayofwork",
            "employmentenddate",
            "exitdate",
            "austrittsdatum",
            "ends",
        ],
    ),
];

/// Where the columns of one table stand: found once, asked in every row.
#[derive(Debug)]
pub(super) struct Places([(Column, Vec<usize>); 16]);

impl Places {
    pub(super) fn of(sheet: &Sheet) -> Self {
        Self(NAMES.map(|(column, names)| (column, sheet.places(names))))
    }

    /// The places of a column, those of its plainest name first.
    pub(super) fn get(&self, column: Column) -> &[usize] {
        self.0.iter().find(|(known, _)| *known == column).map_or(&[], |(_, places)| places)
    }
}

impl Column {
    /// Its names, the plainest first.
    pub(super) fn names(self) -> &'static [&'static str] {
        NAMES.iter().find(|(known, _)| *known == self).map_or(&[], |(_, names)| names)
    }
}

#[cfg(test)]
mod tests {
    use super::{ABOUT, Column};
    use crate::formats::table::name;

    #[test]
    fn names_stand_as_they_are_looked_up_and_none_is_of_two_columns() {
        let others = [Column::Email, Column::OtherEmails, Column::Name, Column::Given, Column::Family];
        let mut all: Vec<&str> =
            ABOUT.iter().chain(&others).flat_map(|column| column.names()).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|text| name(text) == *text));
    }
}

//! What the columns are called in the languages of the export, and in the interface's own names.
//!
//! Names stand as `table::name` gives them: letters and digits alone, in lower case.

/// A column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Name,
    Description,
    Owner,
    Contact,
    Created,
    Closed,
    Pipeline,
}

/// What each is called.
const NAMES: [(Field, &[&str]); 8] = [
    (
        Field::Id,
        &[
            "hsobjectid",
            "hsticketid",
            "ticketid",
            "recordid",
            "datensatzid",
            "iddeltique",
            "iddelticket",
            "identificadordelticket",
            "iddelregistro",
            "tiketintunnus",
            "tiketintunniste",
            "tietueentunnus",
            "tietueentunniste",
            "idduticket",
            "iddelenregistrement",
            "idenregistrement",
            "idticket",
            "idrecord",
            "チケットid",
            "レコードid",
            "ticketnummer",
            "recordnummer",
            "idzgłoszenia",
            "identyfikatorzgłoszenia",
            "idrekordu",
            "idbiletu",
            "iddotíquete",
            "iddoticket",
            "idtíquete",
            "iddoregistro",
            "ärendeid",
            "postid",
            "postensid",
        ],
    ),
    (
        Field::Name,
        &[
            "subject",
            "ticketname",
            "namedestickets",
            "nombredelticket",
            "tiketinnimi",
            "nomduticket",
            "nometicket",
            "nomedelticket",
            "チケット名",
            "ticketnaam",
            "naamvanticket",
            "nazwazgłoszenia",
            "nazwabiletu",
            "nomedotíquete",
            "nomedoticket",
            "ärendenamn",
            "biljettnamn",
            "ticketnamn",
        ],
    ),
    (
        Field::Description,
        &[
            "content",
            "ticketdescription",
            "ticketbeschreibung",
            "beschreibungdestickets",
            "descripcióndelticket",
            "tiketinkuvaus",
            "descriptionduticket",
            "descrizioneticket",
            "descrizionedelticket",
            "チケットの説明",
            "ticketbeschrijving",
            "beschrijvingvanticket",
            "opiszgłoszenia",
            "opisbiletu",
            "descriçãodotíquete",
            "descriçãodoticket",
            "ärendebeskrivning",
            "biljettbeskrivning",
        ],
    ),
    (
        Field::Owner,
        &[
            "hubspotownerid",
            "ticketowner",
            "fürticketzuständigermitarbeiter",
            "ticketzuständiger",
            "zuständigermitarbeiterfürdasticket",
            "propietariodelticket",
            "tiketinomistaja",
            "propriétaireduticket",
            "proprietarioticket",
            "proprietariodelticket",
            "チケット担当者",
            "チケットの担当者",
            "ticketeigenaar",
            "eigenaarvanticket",
            "właścicielzgłoszenia",
            "właścicielbiletu",
            "proprietáriodotíquete",
            "proprietáriodoticket",
            "ärendeägare",
            "biljettägare",
        ],
    ),
    (
        Field::Contact,
        &[
            "associatedcontact",
            "associatedcontacts",
            "zugehörigekontakte",
            "zugehörigerkontakt",
            "zugeordneterkontakt",
            "contactoasociado",
            "contactosasociados",
            "liitetytyhteystiedot",
            "liittyväyhteystieto",
            "contactassocié",
            "contactsassociés",
            "contattoassociato",
            "contattiassociati",
            "関連するコンタクト",
            "関連付けられたコンタクト",
            "gekoppeldcontact",
            "gekoppeldecontactpersonen",
            "powiązanykontakt",
            "powiązanekontakty",
            "contatoassociado",
            "contatosassociados",
            "associeradkontakt",
            "associeradekontakter",
        ],
    ),
    (
        Field::Created,
        &[
            "createdate",
            "erstellungsdatum",
            "erstelltam",
            "fechadecreación",
            "luontipäivä",
            "luontipäivämäärä",
            "datedecréation",
            "datadicreazione",
            "作成日",
            "作成日時",
            "aanmaakdatum",
            "datautworzenia",
            "datadecriação",
            "skapatdatum",
            "skapandedatum",
            "skapad",
        ],
    ),
    (
        Field::Closed,
        &[
            "closedate",
            "closeddate",
            "datumdesschließens",
            "abschlussdatum",
            "schließdatum",
            "fechadecierre",
            "sulkemispäivä",
            "sulkemispäivämäärä",
            "päättymispäivä",
            "datedefermeture",
            "datedeclôture",
            "datadichiusura",
            "クローズ日",
            "完了日",
            "sluitingsdatum",
            "sluitdatum",
            "datazamknięcia",
            "datadefechamento",
            "stängningsdatum",
            "avslutsdatum",
            "slutdatum",
        ],
    ),
    (
        Field::Pipeline,
        &[
            "hspipeline",
            "pipeline",
            "ticketpipeline",
            "putki",
            "パイプライン",
            "potok",
            "lejek",
            "lejeksprzedażowy",
            "pipelinedetickets",
            "pipelinedeltícket",
        ],
    ),
];

impl Field {
    /// Its names: internal, then English, German, Spanish, Finnish, French, Italian, Japanese, Dutch, Polish,
    /// Portuguese, Swedish; some with the variants that translations have had.
    pub(super) fn names(self) -> &'static [&'static str] {
        NAMES.iter().find(|(known, _)| *known == self).map_or(&[], |(_, names)| names)
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::formats::table::name;

    /// One export's columns a language: id, name, description, owner, created, closed.
    const LANGUAGES: [[&str; 6]; 11] = [
        ["Ticket ID", "Ticket name", "Ticket description", "Ticket owner", "Create date", "Close date"],
        [
            "Ticket-ID",
            "Ticketname",
            "Ticketbeschreibung",
            "Für Ticket zuständiger Mitarbeiter",
            "Erstellungsdatum",
            "Datum des Schließens",
        ],
        [
            "ID del ticket",
            "Nombre del ticket",
            "Descripción del ticket",
            "Propietario del ticket",
            "Fecha de creación",
            "Fecha de cierre",
        ],
        [
            "Tiketin tunnus",
            "Tiketin nimi",
            "Tiketin kuvaus",
            "Tiketin omistaja",
            "Luontipäivä",
            "Sulkemispäivä",
        ],
        [
            "ID du ticket",
            "Nom du ticket",
            "Description du ticket",
            "Propriétaire du ticket",
            "Date de création",
            "Date de fermeture",
        ],
        [
            "ID ticket",
            "Nome ticket",
            "Descrizione ticket",
            "Proprietario ticket",
            "Data di creazione",
            "Data di chiusura",
        ],
        ["チケットID", "チケット名", "チケットの説明", "チケット担当者", "作成日", "クローズ日"],
        ["Ticket-ID", "Ticketnaam", "Ticketbeschrijving", "Ticketeigenaar", "Aanmaakdatum", "Sluitingsdatum"],
        [
            "ID zgłoszenia",
            "Nazwa zgłoszenia",
            "Opis zgłoszenia",
            "Właściciel zgłoszenia",
            "Data utworzenia",
            "Data zamknięcia",
        ],
        [
            "ID do tíquete",
            "Nome do tíquete",
            "Descrição do tíquete",
            "Proprietário do tíquete",
            "Data de criação",
            "Data de fechamento",
        ],
        ["Ärende-ID", "Ärendenamn", "Ärendebeskrivning", "Ärendeägare", "Skapat datum", "Stängningsdatum"],
    ];

    #[test]
    fn every_language_is_known() {
        let fields =
            [Field::Id, Field::Name, Field::Description, Field::Owner, Field::Created, Field::Closed];
        for language in LANGUAGES {
            for (header, field) in language.into_iter().zip(fields) {
                assert!(field.names().contains(&name(header).as_str()), "{header} as {field:?}");
            }
        }
    }

    #[test]
    fn no_name_is_of_two_fields() {
        let fields = [
            Field::Id,
            Field::Name,
            Field::Description,
            Field::Owner,
            Field::Contact,
            Field::Created,
            Field::Closed,
            Field::Pipeline,
        ];
        let mut all: Vec<&str> = fields.iter().flat_map(|field| field.names()).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|text| name(text) == *text), "names stand as they are looked up");
    }
}

//! The words in which a route describes itself for the API's description: what it does, what goes in,
//! what comes out, and the schemas of both.

use utoipa::openapi::{
    RefOr,
    schema::{ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, Ref, SchemaFormat, SchemaType, Type},
};

/// A schema, whole or by its name.
pub type Schema = RefOr<utoipa::openapi::Schema>;
/// Schemas by their names.
pub type Schemas = Vec<(&'static str, Schema)>;

/// A parameter of a query: its name and what it does.
pub type Parameter = (&'static str, &'static str);

/// What comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    /// One object of this schema (200).
    One(&'static str),
    /// A new object of this schema (201).
    New(&'static str),
    /// A stretch of a list of this schema (200).
    List(&'static str),
    /// Nothing (204).
    Nothing,
}

/// What a route of the API says of itself.
#[derive(Clone, Debug)]
pub struct About {
    /// One line, as a command.
    pub summary: String,
    /// The schema of the body; none where it takes none.
    pub takes: Option<&'static str>,
    /// Whether the body is a file: a form with the fields `kind` and `file`, or the file itself.
    pub takes_file: bool,
    pub gives: Gives,
    /// Parameters of the query beside a list's `limit` and `cursor`.
    pub parameters: Vec<Parameter>,
}

impl About {
    /// A call without a body.
    pub fn new(summary: impl Into<String>, gives: Gives) -> Self {
        Self { summary: summary.into(), takes: None, takes_file: false, gives, parameters: Vec::new() }
    }

    /// The same with a body of this schema.
    #[must_use]
    pub fn takes(self, schema: &'static str) -> Self {
        Self { takes: Some(schema), ..self }
    }

    /// The same with a file as its body, and what its query says of it.
    #[must_use]
    pub fn takes_file(self, parameters: &[Parameter]) -> Self {
        Self { takes_file: true, ..self.with(parameters) }
    }

    /// The same with these parameters.
    #[must_use]
    pub fn with(self, parameters: &[Parameter]) -> Self {
        Self { parameters: parameters.to_vec(), ..self }
    }
}

/// A list's filters as parameters; `from` and `to` bound the time, the others are exact.
#[must_use]
pub fn filters(names: &[&'static str]) -> Vec<Parameter> {
    let what = |name: &&'static str| match *name {
        "from" => ("from", "Only from this date or moment on."),
        "to" => ("to", "Only before this date or moment."),
        name => (name, "Only those with exactly this."),
    };
    names.iter().map(what).collect()
}

/// What in an object can't work, as it is shown with one that is looked at, made or changed.
pub fn flaws() -> Schema {
    let flaw = Fields::of("A part that can't work, or that can never come into play.")
        .shown("field", text("The path of the part, such as `rules[2].conditions[0]`."))
        .shown("message", text("What is wrong with it."));
    list("What in it can't work; it is saved all the same. Lists leave it out.", flaw.done())
}

/// The schema of an object, field by field.
pub struct Fields(ObjectBuilder);

impl Fields {
    /// An object of this description.
    #[must_use]
    pub fn of(description: &str) -> Self {
        Self(ObjectBuilder::new().description(Some(description)))
    }

    /// A field that must be sent, and is always there.
    #[must_use]
    pub fn required(self, name: &str, schema: Schema) -> Self {
        Self(self.0.property(name, schema).required(name))
    }

    /// A field that may be left out when it is sent.
    #[must_use]
    pub fn optional(self, name: &str, schema: Schema) -> Self {
        Self(self.0.property(name, schema))
    }

    /// Fields that are only shown, each a text or null.
    #[must_use]
    pub fn texts(self, names: &[(&str, &str)]) -> Self {
        names.iter().fold(self, |fields, (name, description)| fields.shown(name, text_or_null(description)))
    }

    /// Fields that are only shown, each an id or null.
    #[must_use]
    pub fn ids(self, names: &[(&str, &str)]) -> Self {
        names.iter().fold(self, |fields, (name, description)| fields.shown(name, id_or_null(description)))
    }

    /// A field that is only shown.
    #[must_use]
    pub fn shown(self, name: &str, schema: Schema) -> Self {
        Self(self.0.property(name, only_shown(schema)))
    }

    /// What every managed object shows of its keeping.
    #[must_use]
    pub fn kept(self) -> Self {
        self.shown("id", id())
            .shown(
                "version",
                whole("Counts the saves, from 1; send it with a PATCH to be told of one in between."),
            )
            .shown("created_at", moment("When it was made."))
            .shown("updated_at", moment("When it was last saved."))
    }

    /// The schema.
    #[must_use]
    pub fn done(self) -> Schema {
        RefOr::T(self.0.build().into())
    }
}

fn only_shown(schema: Schema) -> Schema {
    match schema {
        RefOr::T(utoipa::openapi::Schema::Object(mut object)) => {
            object.read_only = Some(true);
            RefOr::T(utoipa::openapi::Schema::Object(object))
        }
        other @ (RefOr::T(_) | RefOr::Ref(_)) => other,
    }
}

fn plain(kind: Type, description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind).description(Some(description))
}

fn built(object: ObjectBuilder) -> Schema {
    RefOr::T(object.build().into())
}

/// A text.
#[must_use]
pub fn text(description: &str) -> Schema {
    built(plain(Type::String, description))
}

/// A text, or null.
#[must_use]
pub fn text_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::String, Type::Null]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)))
}

/// A whole number, or null.
#[must_use]
pub fn whole_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::Integer, Type::Null]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)))
}

/// A number with a fraction, or null.
#[must_use]
pub fn number_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::Number, Type::Null]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)))
}

/// A text of at most so many characters.
#[must_use]
pub fn bounded(description: &str, most: usize) -> Schema {
    built(plain(Type::String, description).max_length(Some(most)))
}

/// A secret that is sent and never shown.
#[must_use]
pub fn password(description: &str) -> Schema {
    let format = SchemaFormat::KnownFormat(KnownFormat::Password);
    built(plain(Type::String, description).format(Some(format)).write_only(true))
}

/// The object's own id.
#[must_use]
pub fn id() -> Schema {
    id_of("Its id.")
}

/// The id of another object.
#[must_use]
pub fn id_of(description: &str) -> Schema {
    built(plain(Type::String, description).pattern(Some("^[0-9]+$")))
}

/// The same, or null.
#[must_use]
pub fn id_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::String, Type::Null]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)).pattern(Some("^[0-9]+$")))
}

/// One of these words.
#[must_use]
pub fn word(description: &str, words: &[&str]) -> Schema {
    built(plain(Type::String, description).enum_values(Some(words.iter().copied())))
}

/// One of these words, or null.
#[must_use]
pub fn word_or_null(description: &str, words: &[&str]) -> Schema {
    let kinds = SchemaType::Array(vec![Type::String, Type::Null]);
    let words = words.iter().map(|word| Some(*word)).chain([None]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)).enum_values(Some(words)))
}

/// One of these whole numbers.
#[must_use]
pub fn among(description: &str, numbers: impl IntoIterator<Item = u8>) -> Schema {
    built(plain(Type::Integer, description).enum_values(Some(numbers)))
}

/// Yes or no.
#[must_use]
pub fn flag(description: &str) -> Schema {
    built(plain(Type::Boolean, description))
}

/// Yes or no, or null.
#[must_use]
pub fn flag_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::Boolean, Type::Null]);
    built(ObjectBuilder::new().schema_type(kinds).description(Some(description)))
}

/// A whole number.
#[must_use]
pub fn whole(description: &str) -> Schema {
    built(plain(Type::Integer, description))
}

/// An amount or percentage as a decimal string.
#[must_use]
pub fn decimal(description: &str) -> Schema {
    let format = SchemaFormat::Custom("decimal".to_owned());
    built(plain(Type::String, description).format(Some(format)))
}

/// The same, or null.
#[must_use]
pub fn decimal_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::String, Type::Null]);
    let format = SchemaFormat::Custom("decimal".to_owned());
    built(ObjectBuilder::new().schema_type(kinds).format(Some(format)).description(Some(description)))
}

/// A moment, RFC 3339 UTC.
#[must_use]
pub fn moment(description: &str) -> Schema {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    built(plain(Type::String, description).format(Some(format)))
}

/// The same, or null.
#[must_use]
pub fn moment_or_null(description: &str) -> Schema {
    let kinds = SchemaType::Array(vec![Type::String, Type::Null]);
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    built(ObjectBuilder::new().schema_type(kinds).format(Some(format)).description(Some(description)))
}

/// Any JSON, or null.
#[must_use]
pub fn anything(description: &str) -> Schema {
    built(ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some(description)))
}

/// A list.
#[must_use]
pub fn list(description: &str, of: Schema) -> Schema {
    RefOr::T(ArrayBuilder::new().items(of).description(Some(description)).build().into())
}

/// A schema by its name.
#[must_use]
pub fn named(name: &str) -> Schema {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// A schema by its name, or null.
#[must_use]
pub fn named_or_null(name: &str) -> Schema {
    let null = ObjectBuilder::new().schema_type(Type::Null).build();
    RefOr::T(OneOfBuilder::new().item(named(name)).item(null).build().into())
}

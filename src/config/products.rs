//! What the brand sells (`[[products]]`): names that a report looks for in what people write.

use super::table::{Reader, Table};

/// The most products, and the most names of one: each is looked for in every report.
const MOST: usize = 50;
const NAMES: usize = 10;

/// The longest name, in bytes.
const NAME_BYTES: usize = 64;

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// What it is called in the report, and by people.
    pub name: String,
    /// What people call it besides.
    pub also: Vec<String>,
}

impl Product {
    /// Everything that people call it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str()]
            .into_iter()
            .chain(self.also.iter().map(String::as_str))
    }
}

impl Reader<'_> {
    /// The products; those with mistakes are left out.
    pub(super) fn products(&mut self, table: &mut Table) -> Vec<Product> {
        let mut products: Vec<Product> = Vec::new();
        let mut entries = self.opt_tables(table, "products");
        if entries.len() > MOST {
            self.problem(
                "products",
                format!("are more than {MOST}; the rest is not read"),
            );
            entries.truncate(MOST);
        }
        for mut t in entries {
            let name = self.required(&mut t, "name");
            let also = self.texts(&mut t, "also");
            let key = t.key.clone();
            self.finish(t);
            let Some(name) = name else {
                continue;
            };
            let fits =
                |one: &str| one.len() <= NAME_BYTES && one.chars().any(char::is_alphanumeric);
            if also.len() >= NAMES || !fits(&name) || !also.iter().all(|one| fits(one)) {
                self.problem(
                    key,
                    format!("must have at most {NAMES} names, each with a letter or a number and of at most {NAME_BYTES} bytes"),
                );
                continue;
            }
            if products.iter().any(|one| one.name == name) {
                self.problem(
                    format!("{key}.name"),
                    format!("\"{name}\" is taken already"),
                );
                continue;
            }
            products.push(Product { name, also });
        }
        products
    }
}

//! How the Worker asks what concerns customers and authors.

use super::clock::now_ms;
use super::{accounts, floor, home, inbox, log, outbound, pulse};
use crate::api::carry::{self, Place};
use crate::api::customers::World;
use crate::carried::{Export, Import, Imported, Page};
use crate::customers::question::Question as ToBook;
use crate::customers::{self, wire};
use crate::directory;
use crate::directory::question::Question as ToDirectory;
use crate::directory::wire::{People, Refused as DirectoryRefused};
use crate::document::Named;
use crate::inbox::question::{By, Question};
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
use crate::post::{AuthorId, Platform};
use worker::Env;

/// The Worker.
pub struct Brand<'a>(pub &'a Env);

/// The class of the customers' object: the directories'.
const BINDING: &str = "DIRECTORY";

/// What a question to it is called among a directory's.
const NAME: &str = "Customers";

impl World for Brand<'_> {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        by: Option<By>,
        question: Q,
    ) -> Result<Q::Answer, Refused> {
        inbox::ask(self.0, shard, by, question).await
    }

    async fn book<Q: ToBook>(&self, question: Q) -> Result<Q::Answer, wire::Refused> {
        let question = Named(NAME, Named(Q::NAME, question));
        match home::ask(self.0, BINDING, &customers::object(), &question).await {
            Ok(said) => said,
            Err(why) => {
                log::failed("customers", &why.to_string());
                Err(wire::Refused::Storage(why.to_string()))
            }
        }
    }

    async fn unsee(&self, posts: Vec<String>) -> bool {
        pulse::unsee(self.0, posts).await
    }

    async fn people(
        &self,
        platform: Platform,
        ids: Vec<AuthorId>,
        forget: bool,
    ) -> Result<Vec<AuthorId>, DirectoryRefused> {
        let question = Named(People::NAME, People { ids, forget });
        match home::ask(self.0, BINDING, &directory::object(platform), &question).await {
            Ok(said) => said,
            Err(why) => {
                log::failed("directory", &why.to_string());
                Err(DirectoryRefused::Storage(why.to_string()))
            }
        }
    }

    fn key(&self) -> Option<String> {
        // Twice 128 bits.
        Some(outbound::random_hex()? + &outbound::random_hex()?)
    }

    fn now_ms(&self) -> i64 {
        now_ms()
    }
}

impl carry::World for Brand<'_> {
    async fn export(&self, place: Place, ask: Export) -> Option<Page> {
        match place {
            Place::Shard(shard) => inbox::ask(self.0, shard, None, ask).await.ok(),
            Place::Directory(platform) => self.of_directory(platform, ask).await,
            Place::Customers => self.book(ask).await.ok(),
            Place::Floor => floor::ask(self.0, ask).await.ok(),
            Place::Pulse => pulse::ask(self.0, ask).await.ok(),
            Place::Accounts => accounts::ask(self.0, ask).await.ok(),
        }
    }

    async fn import(&self, place: Place, ask: Import) -> Option<Imported> {
        match place {
            Place::Shard(shard) => inbox::ask(self.0, shard, None, ask).await.ok(),
            Place::Directory(platform) => self.of_directory(platform, ask).await,
            Place::Customers => self.book(ask).await.ok(),
            Place::Floor => floor::ask(self.0, ask).await.ok(),
            Place::Pulse => pulse::ask(self.0, ask).await.ok(),
            Place::Accounts => accounts::ask(self.0, ask).await.ok(),
        }
    }
}

impl Brand<'_> {
    /// Asks a platform's directory.
    async fn of_directory<Q: ToDirectory>(
        &self,
        platform: Platform,
        question: Q,
    ) -> Option<Q::Answer> {
        let question = Named(Q::NAME, question);
        let asked = home::ask(self.0, BINDING, &directory::object(platform), &question).await;
        let said: Result<Q::Answer, DirectoryRefused> = match asked {
            Ok(said) => said,
            Err(why) => {
                log::failed("directory", &why.to_string());
                return None;
            }
        };
        said.ok()
    }
}

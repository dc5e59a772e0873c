//! Posts that cost something (`docs/dialects/m_user.md#purchases`).

use crate::{
    app::App,
    error::{Error, Limit},
    posts::{
        making::writer_and_post,
        rows::{self, marks},
    },
    sessions::{self, Claim},
    uploads,
    values::{Account, Note, PostId},
    wallet::{self, Kind, Paid, Transfer},
};

/// Buys a post for the caller: its price goes from their coins into the profit of its author, and its files are shown to them
/// from then on. Nothing moves for a post that costs nothing, is the caller's own, or was bought before. Two rounds; three where
/// nothing is to be paid, and two more if the coins that the caller has were received from others, or are not there.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::Apart`]; [`Error::NotEnoughCoins`]; [`Error::TooManyCoins`];
/// [`Error::NoSuchUser`] where the author is being erased; [`Error::Busy`] and other faults, after which it has not happened unless
/// the answer of the table was lost. Buying again tells.
pub async fn buy(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, post) = writer_and_post(app, claim, id).await?;
    let Some(amount) = post.price.amount().filter(|_| post.author != *writer.uid()) else {
        return sessions::verify(app, claim).await.map(drop);
    };
    let transfer = Transfer {
        kind: Kind::Sale,
        from_account: Account::Coins,
        to_account: Account::Profit,
        amount,
        note: &Note::default(),
        asked: None,
        also: marks::sell(&writer, id),
    };
    match wallet::pay(app, &writer, &post.author, &transfer).await {
        Ok(Paid::Done | Paid::Refused(marks::BOUGHT)) => Ok(()),
        Ok(Paid::Refused(part)) => rows::settled(Some(part), Limit::Posts),
        // The last coins may have gone for this very post.
        Err(Error::NotEnoughCoins) if uploads::has_bought(&app.store, writer.reader(), id).await? => Ok(()),
        Err(error) => Err(error),
    }
}

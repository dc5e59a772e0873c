//! SMS through SNS. What is sent and to whom never reaches a log.

use crate::{
    clients::{OnDemand, failure},
    error::Error,
    values::E164,
};
use aws_sdk_sns::{Client, error::ProvideErrorMetadata, operation::RequestId, types::MessageAttributeValue};
use std::fmt;

/// Sends SMS. Which numbers may be sent to, and how often, is decided before.
#[derive(Clone)]
pub struct Sms(OnDemand<Client>);

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sms(..)")
    }
}

impl Sms {
    /// Does no I/O.
    #[must_use]
    pub fn new(client: OnDemand<Client>) -> Self {
        Self(client)
    }

    /// Hands one message over to SNS. That it was accepted does not mean that it arrives.
    ///
    /// # Errors
    /// [`Error::SmsFailed`] when SNS refuses it or does not answer; the reason goes to the log.
    pub async fn send(&self, to: &E164, text: &str) -> Result<(), Error> {
        // Transactional: SNS prefers delivery over price.
        let kind = MessageAttributeValue::builder().data_type("String").string_value("Transactional").build();
        let request = self.0.publish().phone_number(to.as_str()).message(text);
        match request.message_attributes("AWS.SNS.SMS.SMSType", kind.map_err(Error::internal)?).send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                // SNS repeats the number in its error text: only the code is logged.
                let fault = failure(&error);
                let code = error.code().unwrap_or("none");
                let aws_request_id = error.request_id().unwrap_or("none");
                tracing::error!(fault, code, aws_request_id, "SMS not sent");
                Err(Error::SmsFailed)
            }
        }
    }
}

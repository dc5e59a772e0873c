//! Between the SDK and the network: counts calls and lets faults strike.

mod older;
mod touched;

use crate::{
    cost::{Attempt, Tally, Told},
    elsewhere::Elsewhere,
    faults::{Faults, Service},
};
use aws_sdk_dynamodb::{
    operation::{
        batch_get_item::{BatchGetItemInput, BatchGetItemOutput},
        batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput},
        delete_item::{DeleteItemInput, DeleteItemOutput},
        get_item::{GetItemInput, GetItemOutput},
        put_item::{PutItemInput, PutItemOutput},
        query::{QueryInput, QueryOutput},
        scan::{ScanInput, ScanOutput},
        transact_get_items::{TransactGetItemsInput, TransactGetItemsOutput},
        transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput},
        update_item::{UpdateItemInput, UpdateItemOutput},
    },
    types::{ConsumedCapacity, ReturnConsumedCapacity},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        interceptors::{
            Intercept,
            context::{
                BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
                FinalizerInterceptorContextRef, Input, Output,
            },
        },
        orchestrator::{HttpRequest, Metadata},
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use older::Older;
use std::{fmt::Debug, sync::Arc};

/// Travels with a request from the interceptor to the connector.
#[derive(Clone, Debug)]
struct Ticket {
    service: Service,
    operation: String,
    /// Absent where nobody counts.
    attempt: Option<Arc<Attempt>>,
}

/// The attempt under way, where the interceptor finds it when it is over.
#[derive(Debug)]
struct UnderWay(Arc<Attempt>);

impl Storable for UnderWay {
    type Storer = StoreReplace<Self>;
}

/// Watches the calls of one client.
#[derive(Debug)]
pub(crate) struct Watch(pub(crate) Service);

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        ask_for_capacity(context.input_mut());
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map(|metadata| metadata.name().to_owned()).unwrap_or_default();
        let attempt = Tally::current().map(|tally| Arc::new(Attempt::new(tally)));
        if let Some(attempt) = &attempt {
            config.interceptor_state().store_put(UnderWay(Arc::clone(attempt)));
        }
        context.request_mut().add_extension(Ticket { service: self.0, operation, attempt });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(UnderWay(attempt)) = config.load::<UnderWay>() else { return Ok(()) };
        attempt.end();
        match context.output_or_error() {
            Some(Ok(output)) => add_capacity(attempt, output),
            _ => attempt.fail(touched::failure(context.response())),
        }
        Ok(())
    }
}

macro_rules! ask {
    ($input:expr, $($kind:ty),+) => {
        $(if let Some(input) = $input.downcast_mut::<$kind>() {
            input.return_consumed_capacity.get_or_insert(ReturnConsumedCapacity::Total);
            return;
        })+
    };
}

/// Only DynamoDB's inputs are of these types.
fn ask_for_capacity(input: &mut Input) {
    ask!(
        input,
        GetItemInput,
        BatchGetItemInput,
        QueryInput,
        ScanInput,
        TransactGetItemsInput,
        PutItemInput,
        UpdateItemInput,
        DeleteItemInput,
        BatchWriteItemInput,
        TransactWriteItemsInput
    );
}

/// The units of one output type; none if the output is of another type.
fn units<T, C>(output: &Output, consumed: impl Fn(&T) -> C) -> Option<f64>
where
    T: Debug + Send + Sync + 'static,
    C: IntoIterator<Item = f64>,
{
    output.downcast_ref::<T>().map(|output| consumed(output).into_iter().sum())
}

fn one(consumed: Option<&ConsumedCapacity>) -> Option<f64> {
    consumed.and_then(ConsumedCapacity::capacity_units)
}

fn all(consumed: &[ConsumedCapacity]) -> Vec<f64> {
    consumed.iter().filter_map(ConsumedCapacity::capacity_units).collect()
}

fn add_capacity(attempt: &Attempt, output: &Output) {
    let read = None
        .or_else(|| units(output, |o: &GetItemOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &BatchGetItemOutput| all(o.consumed_capacity())))
        .or_else(|| units(output, |o: &QueryOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &ScanOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &TransactGetItemsOutput| all(o.consumed_capacity())));
    if let Some(units) = read {
        attempt.add_read_units(units);
        return;
    }
    let written = None
        .or_else(|| units(output, |o: &PutItemOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &UpdateItemOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &DeleteItemOutput| one(o.consumed_capacity())))
        .or_else(|| units(output, |o: &BatchWriteItemOutput| all(o.consumed_capacity())))
        .or_else(|| units(output, |o: &TransactWriteItemsOutput| all(o.consumed_capacity())));
    if let Some(units) = written {
        attempt.add_write_units(units);
    }
}

/// The HTTP client of all three SDK clients.
#[derive(Debug)]
pub(crate) struct Transport {
    inner: SharedHttpClient,
    faults: Faults,
    older: Option<Older>,
}

impl Transport {
    /// Plain HTTP, unless something that is not on this machine speaks TLS. The DynamoDB of tests may be an older one.
    pub(crate) fn new(faults: Faults, elsewhere: &Elsewhere) -> Self {
        let inner = match elsewhere.has_tls() {
            true => shared::clients::http_client(false),
            false => aws_smithy_http_client::Builder::new().build_http(),
        };
        let older = elsewhere.access_key.as_ref().map(|_| Older::default());
        Self { inner, faults, older }
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        let inner = match &self.older {
            Some(older) => older.over(inner),
            None => inner,
        };
        SharedHttpConnector::new(Line { inner, faults: self.faults.clone() })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.inner.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct Line {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let ticket = request.extension::<Ticket>().cloned();
        if let Some((ticket, attempt)) = ticket.as_ref().and_then(|ticket| Some((ticket, ticket.attempt.as_ref()?))) {
            attempt.start(|| Told {
                service: ticket.service.name(),
                operation: ticket.operation.clone(),
                touched: touched::by(ticket.service, &ticket.operation, &request),
            });
        }
        let fault = ticket.as_ref().and_then(|ticket| Some((ticket.service, self.faults.next(&ticket.operation)?)));
        let operation = ticket.map(|ticket| ticket.operation).unwrap_or_default();
        let (inner, faults) = (self.inner.clone(), self.faults.clone());
        HttpConnectorFuture::new(async move {
            // A stand-in may answer before the next of several joined calls has even started. That one would look as if it
            // had waited for this answer, so all of them start before any is sent.
            tokio::task::yield_now().await;
            match fault {
                None => faults.send(&operation, request, &inner).await,
                Some((service, fault)) => fault.happen(service, request, &inner).await,
            }
        })
    }
}

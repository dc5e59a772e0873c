//! What is counted, exactly; how it is written down on Lambda; and that alarms and the dashboard name nothing else.

use crate::{
    template::{deployment::watching, of_type, template},
    world::Api,
};
use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use serde_json::{Value, json};
use shared::{
    Error,
    changes::{self, Delivery, Lease, Owed},
    config::Table,
    metrics::{Count, Measure},
    store::{self, Store},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// Sums by name; of what is measured, how often.
#[derive(Clone, Default)]
pub(crate) struct Sums(Arc<Mutex<BTreeMap<String, u64>>>);

struct One(Sums, String);

impl CounterFn for One {
    fn increment(&self, value: u64) {
        *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for One {
    fn record(&self, _: f64) {
        self.increment(1);
    }
}

impl Sums {
    fn of(&self, key: &Key) -> Arc<One> {
        assert_eq!(key.labels().count(), 0, "{key} says whom or what it is about");
        Arc::new(One(self.clone(), key.name().to_owned()))
    }

    /// What has been counted since the last time.
    pub(crate) fn take(&self) -> Value {
        json!(std::mem::take(&mut *self.0.lock().unwrap()))
    }
}

impl Recorder for Sums {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.of(key))
    }
}

const PHONE: &str = "15172354423";

/// Asks for a code and presents another.
async fn ask_and_miss(api: &Api) {
    api.form("/v1/account/register", &[("phone_number", PHONE)]).await.data();
    let code = api.code(PHONE).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let tried = api
        .form(
            "/v1/account/validate_sms",
            &[("phone_number", PHONE), ("validate_code", wrong), ("validate_type", "register")],
        )
        .await;
    assert_eq!(tried.status, 400);
}

/// On one thread, so that everything that happens is counted here.
#[tokio::test]
async fn what_becomes_of_codes_is_counted() {
    let sums = Sums::default();
    let _guard = metrics::set_default_local_recorder(&sums);
    let api = Api::start().await;
    ask_and_miss(&api).await;
    assert_eq!(sums.take(), json!({ "CodesSent": 1, "CodesWrong": 1 }));
    // A number that cannot be one is asked about in vain, and so is SNS when it says no.
    api.world.faults.strike("Publish", 1, &local::Fault::Refused { status: 400, code: "AuthorizationError" });
    api.form("/v1/account/register", &[("phone_number", "15172354427")]).await.fails(500, "server error");
    assert_eq!(sums.take(), json!({ "CodesRefused": 1, "Faults": 1 }));
    api.world.shutdown().await;
}

/// Owed by nobody to anybody.
struct Nothing;

impl Delivery for Nothing {
    type News = ();

    fn subject(&self) -> store::Key {
        store::Key { table: Table::Friends, pk: "POST#1".into(), sk: "META".into() }
    }

    async fn read(&self, _: &Store) -> Result<Option<(Owed, ())>, Error> {
        Ok(None)
    }

    async fn deliver(&self, _: &Store, (): &(), _: i64) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test]
async fn each_fan_out_that_is_resumed_is_counted() {
    let sums = Sums::default();
    let _guard = metrics::set_default_local_recorder(&sums);
    let api = Api::start().await;
    let now = api.world.clock.millis();
    changes::resume(&api.world.app.store, [Nothing, Nothing], now).await;
    changes::fan_out(&api.world.app.store, &Nothing, Lease::IfFree, now).await;
    assert_eq!(sums.take(), json!({ "FanOutsResumed": 2 }));
    api.world.shutdown().await;
}

#[tokio::test]
async fn what_a_request_has_counted_is_a_line_with_units_and_nothing_personal() {
    let lines = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&lines);
    kit::metrics::start("a-stack".into(), "a-function".into(), move |line| {
        into.lock().unwrap().push_str(std::str::from_utf8(line).unwrap());
        Ok(())
    });
    let api = Api::start().await;
    ask_and_miss(&api).await;
    Measure::QueueAge.is(2.5);
    for count in Count::ALL {
        count.once();
    }
    // Whatever other tests count at the same time is in the lines as well: whoever ends a request writes them.
    api.form("/v1/account/register", &[("phone_number", "1")]).await;
    let text = lines.lock().unwrap().clone();
    assert!(!text.contains(PHONE), "{text}");
    let mut units = BTreeMap::new();
    for line in text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")) {
        let written = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["CloudWatchMetrics"].as_array().unwrap().len(), 1);
        assert_eq!(written["Namespace"], "a-stack");
        assert_eq!(written["Dimensions"], json!([["FunctionName"]]));
        assert_eq!(line["FunctionName"], "a-function");
        assert!(line["_aws"]["Timestamp"].as_u64().unwrap() > 1_000_000_000_000, "milliseconds: {line}");
        let names = written["Metrics"].as_array().unwrap();
        // Besides what is measured there is nothing.
        assert_eq!(line.as_object().unwrap().len(), 2 + names.len(), "{line}");
        for metric in names {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_number() || line[name].is_array(), "{line}");
            units.insert(name.to_owned(), metric["Unit"].as_str().unwrap().to_owned());
        }
    }
    let counts = Count::ALL.map(|count| (count.name().to_owned(), "Count".to_owned()));
    let wanted: BTreeMap<_, _> = counts.into_iter().chain([("QueueAge".into(), "Seconds".into())]).collect();
    assert_eq!(units, wanted);
    api.world.shutdown().await;
}

/// The metrics of AWS that alarms and the dashboard look at, by their namespaces.
const OF_AWS: [(&str, &[&str]); 4] = [
    ("AWS/Lambda", &["Errors", "Throttles", "Duration", "ConcurrentExecutions"]),
    (
        "AWS/ApiGateway",
        &["5xx", "4xx", "Count", "Latency", "ConnectCount", "MessageCount", "IntegrationError", "ExecutionError"],
    ),
    (
        "AWS/DynamoDB",
        &["ReadThrottleEvents", "WriteThrottleEvents", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"],
    ),
    ("AWS/SNS", &["SMSMonthToDateSpentUSD"]),
];

fn known(namespace: &str) -> BTreeSet<&'static str> {
    if namespace == "Namespace" {
        return Count::ALL.map(Count::name).into_iter().chain(Measure::ALL.map(Measure::name)).collect();
    }
    let found = OF_AWS.iter().find(|(name, _)| *name == namespace);
    found.unwrap_or_else(|| panic!("no such namespace: {namespace}")).1.iter().copied().collect()
}

/// Every pair of a namespace and a metric's name in a template.
fn named(value: &Value, found: &mut BTreeSet<(String, String)>) {
    if let (Some(namespace), Some(name)) = (value["Namespace"].as_str(), value["MetricName"].as_str()) {
        found.insert((namespace.to_owned(), name.to_owned()));
    }
    match value {
        Value::Object(entries) => entries.values().for_each(|value| named(value, found)),
        Value::Array(list) => list.iter().for_each(|value| named(value, found)),
        _ => {}
    }
}

#[test]
fn alarms_look_at_metrics_that_exist() {
    let mut found = BTreeSet::new();
    for name in ["function-alarms", "watching"] {
        named(&watching(name)["Resources"], &mut found);
    }
    for (namespace, name) in &found {
        assert!(known(namespace).contains(&**name), "{name} of {namespace}");
    }
    assert!(found.contains(&("Namespace".to_owned(), Count::Faults.name().to_owned())));
}

#[test]
fn the_dashboard_shows_everything_that_is_counted_and_nothing_else() {
    let dashboard = watching("dashboard");
    let body = dashboard["Resources"]["Dashboard"]["Properties"]["DashboardBody"].as_str().expect("a text");
    let body: Value = serde_json::from_str(body).expect("the dashboard is JSON");
    let (mut own, mut functions, mut tables) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for widget in body["widgets"].as_array().unwrap() {
        let title = widget["properties"]["title"].as_str().expect("a title");
        let mut before: Vec<Value> = Vec::new();
        for metric in widget["properties"]["metrics"].as_array().unwrap() {
            let mut metric = metric.as_array().unwrap().clone();
            if let Some(expression) = metric[0]["expression"].as_str() {
                // A search for a metric of ours in all functions.
                let (_, rest) =
                    expression.split_once("MetricName=\"").unwrap_or_else(|| panic!("{title}: {expression}"));
                own.insert(rest.split('"').next().unwrap().to_owned());
                assert!(expression.contains("{\"${Namespace}\",FunctionName}"), "{title}: {expression}");
                continue;
            }
            metric.retain(|part| part.is_string());
            if metric[0] == "..." {
                let kept = before.len() + 1 - metric.len();
                metric = before[..kept].iter().chain(&metric[1..]).cloned().collect();
            }
            let (namespace, name) = (metric[0].as_str().unwrap(), metric[1].as_str().unwrap());
            assert!(known(namespace).contains(name), "{title}: {name} of {namespace}");
            if let Some(of) = metric.get(3).and_then(Value::as_str) {
                let id = of.strip_prefix("${").and_then(|of| of.strip_suffix('}')).expect("a parameter");
                assert!(dashboard["Parameters"][id].is_object(), "{title}: {id}");
                match namespace {
                    "AWS/Lambda" => functions.insert((name.to_owned(), id.to_owned())),
                    "AWS/DynamoDB" => tables.insert((name.to_owned(), id.to_owned())),
                    _ => continue,
                };
            }
            before = metric;
        }
    }
    let all = Count::ALL.map(Count::name).into_iter().chain(Measure::ALL.map(Measure::name));
    assert_eq!(own, all.map(str::to_owned).collect());
    let template = template();
    let each = |kind: &str, names: &[&str]| -> BTreeSet<_> {
        let ids = of_type(&template, kind).map(|(id, _)| id.to_owned());
        ids.flat_map(|id| names.iter().map(move |name| ((*name).to_owned(), id.clone()))).collect()
    };
    assert_eq!(functions, each("AWS::Serverless::Function", OF_AWS[0].1));
    assert_eq!(tables, each("AWS::DynamoDB::Table", OF_AWS[2].1));
}

-- Random draws that depend on nothing but the seed, the incident and the topic: the same in any order, on any thread.
create macro uniform(call, topic) as (hash(call, topic, getvariable('seed')) >> 11) / 9007199254740992e0;

create macro pick(call, topic, choices) as hash(call, topic, getvariable('seed')) % choices;

create macro happens(call, topic, share) as uniform(call, topic) < share;

-- A factor around 1: log-normal, by the transform of Box and Muller.
create macro factor(call, topic, sigma) as
exp(sigma * sqrt(-2 * ln(1 - uniform(call, topic))) * cos(2 * pi() * uniform(call, topic || ', angle')));

-- Seconds since 1970 as the portal writes them: stamps in UTC, everything else in the county's local time.
create macro utc_text(second) as
strftime(make_timestamp(cast(round(second * 1e6) as bigint)), '%Y-%m-%dT%H:%M:%S.%gZ');

create macro local_text(second) as
strftime(timezone('America/New_York', to_timestamp(second)), '%Y-%m-%dT%H:%M:%S.000');

-- The piece `,"name":"value"` of a row; null, and so absent from the row, without a value.
create macro field(name, value) as ',"' || name || '":"' || value || '"';

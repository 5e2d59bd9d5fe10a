"""The tables of questions 1 to 18 with polars, from the landed files: what an analyst would write without dbt.

    python bench/polars_answers.py LANDING OUTPUT_FOLDER SEEDS_FOLDER

For the same periods and by the same definitions as the marts, with the columns that answer the questions.
bench/answers.py times it and compares its numbers with the marts. It runs in an environment of its own, with polars.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl

TEXTS = ["incident_id", "initial_type", "close_type", "address", "city", "disposition_desc", "sector", "pra"]
NUMBERS = ["priority", "longitude", "latitude", "dispatch_arrive", "arrive_cleared", "calltime_dispatch"]
STAMPS = ["start_time", ":updated_at", "row_ts"]
KEY_STREETS = ["GEORGIA AVE", "ROCKVILLE PIKE", "COLESVILLE RD", "VEIRS MILL RD"]
KEY_TYPES = ["TRAFFIC/TRANSPORTATION INCIDENT", "DISTURBANCE/NUISANCE", "CHECK WELFARE"]
TOP = 4
SMALL = 5


def read_incidents(landing: Path) -> pl.DataFrame:
    """The newest version of each incident that is no detail, cleaned."""
    keys = [*TEXTS, "police_district_number", *NUMBERS, *STAMPS]
    lines = pl.scan_csv(
        f"{landing}/incidents/dt=*/hh=*/*.gz", separator="\x1f", quote_char=None, has_header=False, new_columns=["line"]
    )
    # Some lines are no JSON, which polars ends at.
    whole = lines.filter(pl.col("line").str.starts_with("{") & pl.col("line").str.ends_with("}"))
    texts = whole.select(pl.col("line").str.json_decode(pl.Struct(dict.fromkeys(keys, pl.String)))).unnest("line")
    text = pl.col(*TEXTS, "police_district_number").str.replace_all(r"\s+", " ").str.strip_chars(" ")
    return (
        texts.with_columns(pl.when(text.str.len_bytes() > 0).then(text))
        .with_columns(
            pl.col("city").str.to_uppercase(),
            pl.col(*NUMBERS).str.strip_chars().cast(pl.Float64, strict=False),
            pl.col("start_time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False),
        )
        .with_columns(
            pl.when(pl.col("priority").is_between(0, 4)).then(pl.col("priority").cast(pl.Int64)),
            pl.when(pl.col("dispatch_arrive", "arrive_cleared", "calltime_dispatch") >= 0).then(
                pl.col("dispatch_arrive", "arrive_cleared", "calltime_dispatch").cast(pl.Int64)
            ),
        )
        .filter(pl.col("incident_id").is_not_null() & pl.col("start_time").is_not_null())
        .sort(":updated_at", "row_ts", nulls_last=False)
        .unique("incident_id", keep="last")
        .filter(~pl.col("initial_type").fill_null("").str.contains("^DT[- ]"))
        .collect()
    )


def describe(incidents: pl.DataFrame) -> pl.DataFrame:
    """Columns that several questions need."""
    address, street = pl.col("address"), pl.col("street")
    in_county = pl.col("longitude").is_between(-77.6, -76.8) & pl.col("latitude").is_between(38.9, 39.4)
    report = pl.concat_str("initial_type", "close_type", separator="|", ignore_nulls=True).str.contains(
        "(^|[^A-Z0-9])(TRS|TELEPHONE REPORTING UNIT)([^A-Z0-9]|$)"
    )
    arrives, clears = pl.col("dispatch_arrive").is_not_null(), pl.col("arrive_cleared").is_not_null()
    return incidents.with_columns(
        day=pl.col("start_time").dt.date(),
        type=pl.col("initial_type").fill_null("(none)"),
        place=pl.col("city").fill_null("(no city)"),
        disposition=pl.col("disposition_desc").fill_null("(none)"),
        kind=pl.when(address.str.contains(" / ", literal=True)).then(pl.lit("intersection"))
        .when(address.str.contains(" BLK ", literal=True)).then(pl.lit("block"))
        .when(address.is_not_null()).then(pl.lit("other")),
        latitude=pl.when(in_county).then(pl.col("latitude")),
        longitude=pl.when(in_county).then(pl.col("longitude")),
        missing_reason=pl.when(arrives & clears).then(None)
        .when(report).then(pl.lit("telephone report"))
        .when(clears).then(pl.lit("arrival without dispatch time"))
        .when(arrives).then(pl.lit("other"))
        .when(pl.col("calltime_dispatch").is_null()).then(pl.lit("never dispatched"))
        .otherwise(pl.lit("cleared before arrival")),
    ).with_columns(
        pair=pl.col("type") + ":" + pl.col("priority").cast(pl.String),
        street=pl.when(pl.col("kind") == "block").then(address.str.splitn(" BLK ", 2).struct[1])
        .when(pl.col("kind") == "intersection").then(address.str.split(" / ").list.get(0)),
        cross=pl.when(pl.col("kind") == "intersection").then(address.str.split(" / ").list.get(1)),
    ).with_columns(street=pl.when(street != "").then(street))  # fmt: skip


def periods_of(days: list[date], named: pl.DataFrame) -> pl.DataFrame:
    """One row per period and day of it that has incidents."""
    newest = max(days)
    spans = [("all", min(days), newest)]
    spans += [(f"last_{n}_days", newest - timedelta(days=n - 1), newest) for n in (7, 28, 365)]
    rows = [(period, day) for period, first, last in spans for day in days if first <= day <= last]
    rows += [(f"{day:%Y}", day) for day in days] + [(f"{day:%Y-%m}", day) for day in days]
    for period, first, end in named.select("period_id", "first_date", "end_date").iter_rows():
        rows += [(period, day) for day in days if first <= day < end]
    return pl.DataFrame(rows, schema=["period_id", "day"], orient="row")


def with_all(incidents: pl.DataFrame) -> pl.DataFrame:
    """Incidents of the top cities, and every incident once more as of ALL."""
    return pl.concat([incidents.filter(pl.col("is_top")), incidents.with_columns(city=pl.lit("ALL"))])


def most_common(rows: pl.DataFrame, group: list[str], value: str, name: str) -> pl.DataFrame:
    """The most common value of each group, the first by name among equals."""
    counted = rows.drop_nulls(value).group_by(*group, value).len()
    return counted.sort("len", value, descending=[True, False]).group_by(group, maintain_order=True).agg(
        pl.col(value).first().alias(name)
    )  # fmt: skip


def share(of: str, group: list[str]) -> pl.Expr:
    return 100 * pl.col(of) / pl.col(of).sum().over(group)


def rank(of: str, group: list[str]) -> pl.Expr:
    return pl.col(of).rank("min", descending=True).over(group).cast(pl.Int64)


def compare_pairs(rows: pl.DataFrame, metric: str, place: str) -> pl.DataFrame:
    """Questions 11 and 13 to 15: how long each pair takes at each place, and how far the places lie apart."""
    pair = ["period_id", "pair"]
    timed = rows.drop_nulls([metric, "pair"])
    return (
        timed.group_by("period_id", "pair", place)
        .agg(
            timed_incidents=pl.len().cast(pl.Int64),
            mean_minutes=pl.col(metric).sum() / (60.0 * pl.len()),
            median_minutes=pl.col(metric).quantile(0.5, "linear") / 60,
            p90_minutes=pl.col(metric).quantile(0.9, "linear") / 60,
            stddev_minutes=pl.col(metric).std() / 60,
        )
        .with_columns(
            compared=pl.len().over(pair),
            spread_minutes=pl.col("mean_minutes").max().over(pair) - pl.col("mean_minutes").min().over(pair),
            firm=pl.when(pl.col("timed_incidents") >= SMALL).then(pl.col("mean_minutes")),
        )
        .with_columns(
            firm_least_minutes=pl.when(pl.col("firm").count().over(pair) > 1).then(pl.col("firm").min().over(pair)),
            firm_greatest_minutes=pl.when(pl.col("firm").count().over(pair) > 1).then(pl.col("firm").max().over(pair)),
        )
        .drop("firm", "compared")
    )


def answer(incidents: pl.DataFrame, seeds: Path) -> dict[str, pl.DataFrame]:
    """The tables, by the name of the mart."""
    days = incidents["day"].unique().sort().to_list()
    named = pl.read_csv(seeds / "named_periods.csv", try_parse_dates=True)
    top = (
        incidents.drop_nulls("city").group_by("city").len().sort("len", "city", descending=[True, False])["city"][:TOP]
    )
    incidents = incidents.with_columns(is_top=pl.col("city").is_in(top.to_list()).fill_null(False))
    rows = incidents.join(periods_of(days, named), on="day")
    totals = rows.group_by("period_id").agg(all_incidents=pl.len())
    tables: dict[str, pl.DataFrame] = {}

    q01 = rows.group_by("period_id", "place").agg(incidents=pl.len()).rename({"place": "city"})
    tables["q01_incidents_by_city"] = q01.with_columns(
        pct_of_all=share("incidents", ["period_id"]), city_rank=rank("incidents", ["period_id"])
    )

    by_city = ["period_id", "city"]
    compared = with_all(rows)
    types = compared.group_by(*by_city, "type").agg(incidents=pl.len()).with_columns(
        type_rank=rank("incidents", by_city), pct_of_city=share("incidents", by_city)
    ).rename({"type": "initial_type"})  # fmt: skip
    tables["q02_top_types_by_city"] = types.filter(pl.col("type_rank") <= 10)
    wanted = types.filter(pl.col("city") != "ALL").select("period_id", "initial_type").unique()
    cities = compared.group_by(by_city).agg(city_incidents=pl.len())
    tables["q03_type_shares"] = (
        wanted.join(cities, on="period_id")
        .join(types.select(*by_city, "initial_type", "incidents"), on=[*by_city, "initial_type"], how="left")
        .with_columns(pl.col("incidents").fill_null(0))
        .with_columns(pct_of_city=100 * pl.col("incidents") / pl.col("city_incidents"))
    )

    on_streets = pl.concat([
        rows.drop_nulls("street"),
        rows.filter(pl.col("cross").is_not_null() & (pl.col("cross") != pl.col("street"))).with_columns(street="cross"),
    ])  # fmt: skip
    street = ["period_id", "street"]
    tables["q04_incidents_by_street"] = (
        on_streets.group_by(street)
        .agg(block_incidents=(pl.col("kind") == "block").sum(), incidents=pl.len())
        .with_columns(street_rank=rank("block_incidents", ["period_id"]))
        .join(most_common(on_streets, street, "city", "main_city"), on=street, how="left")
        .join(most_common(on_streets, street, "type", "top_type"), on=street)
        .join(totals, on="period_id")
        .with_columns(pct_of_all=100 * pl.col("incidents") / pl.col("all_incidents"))
        .drop("all_incidents")
    )

    placed = rows.drop_nulls(["latitude", "longitude"]).with_columns(
        cell_row=(pl.col("latitude") / 0.005).round(9).floor().cast(pl.Int64),
        cell_column=(pl.col("longitude") / 0.005).round(9).floor().cast(pl.Int64),
    )
    cell = ["period_id", "cell_row", "cell_column"]
    tables["q05_hotspots"] = (
        placed.group_by(cell)
        .agg(latitude=pl.col("latitude").mean(), longitude=pl.col("longitude").mean(), incidents=pl.len())
        .with_columns(cell_rank=rank("incidents", ["period_id"]))
        .join(most_common(placed, cell, "street", "top_street"), on=cell, how="left")
        .join(most_common(placed, cell, "type", "top_type"), on=cell)
    )

    top_types = types.filter((pl.col("city") != "ALL") & (pl.col("type_rank") <= TOP))
    compared_types = top_types.select("period_id", pl.col("initial_type").alias("type")).unique()
    of_types = rows.filter(pl.col("is_top")).join(compared_types, on=["period_id", "type"])
    typed = ["period_id", "city", "type"]
    ends = of_types.group_by(*typed, "disposition").agg(incidents=pl.len())
    tables["q06_type_dispositions"] = ends.with_columns(
        incidents_all_top_cities=pl.col("incidents").sum().over("period_id", "type", "disposition")
    ).rename({"type": "initial_type"})  # fmt: skip
    tables["q07_dispositions_of_top_types"] = ends.with_columns(
        disposition_rank=rank("incidents", typed), pct_of_type=share("incidents", typed)
    ).rename({"type": "initial_type"})  # fmt: skip

    late, open_ = pl.col("dispatch_arrive").is_null(), pl.col("arrive_cleared").is_null()
    dimensions = {
        "all": pl.lit("all"), "initial_type": pl.col("type"), "sector": pl.col("sector"), "pra": pl.col("pra"),
        "police_district": pl.col("police_district_number"), "city": pl.col("city"),
        "priority": pl.col("priority").cast(pl.String), "missing_reason": pl.col("missing_reason"),
    }  # fmt: skip
    tables["q08_missing_times"] = pl.concat([
        (rows.drop_nulls("missing_reason") if name == "missing_reason" else rows)
        .group_by("period_id", value=value.fill_null("(none)"))
        .agg(incidents=pl.len(), dispatch_arrive_missing=late.sum(), arrive_cleared_missing=open_.sum(),
             both_missing=(late & open_).sum())
        .select("period_id", pl.lit(name).alias("dimension"), "value", "incidents", "dispatch_arrive_missing",
                "arrive_cleared_missing", "both_missing")
        for name, value in dimensions.items()
    ]).with_columns(missing_rate_pct=100 * pl.col("both_missing") / pl.col("incidents"))  # fmt: skip

    in_top, on_keys = rows.filter(pl.col("is_top")), rows.filter(
        (pl.col("kind") == "block") & pl.col("street").is_in(KEY_STREETS)
    )  # fmt: skip
    buckets = pl.read_csv(seeds / "time_buckets.csv")
    edges = buckets["up_to_seconds"].drop_nulls().to_list()
    for mart, metric in (
        ("q09_dispatch_arrive_buckets", "dispatch_arrive"),
        ("q10_arrive_cleared_buckets", "arrive_cleared"),
    ):
        timed = in_top.filter(pl.col("type").is_in(KEY_TYPES)).drop_nulls(metric)
        counted = timed.group_by(
            *typed, bucket=pl.col(metric).cut(edges, labels=buckets["bucket"].to_list()).cast(pl.String)
        ).agg(incidents=pl.len())  # fmt: skip
        every = timed.group_by(typed).agg(timed_incidents=pl.len()).join(buckets.select("bucket"), how="cross")
        tables[mart] = (
            every.join(counted, on=[*typed, "bucket"], how="left")
            .with_columns(pl.col("incidents").fill_null(0))
            .with_columns(pct_of_timed=100 * pl.col("incidents") / pl.col("timed_incidents"))
            .rename({"type": "initial_type"})
        )

    adm = compare_pairs(in_top, "dispatch_arrive", "city")
    tables["q11_adm_by_city"], tables["q13_acm_by_city"] = adm, compare_pairs(in_top, "arrive_cleared", "city")
    tables["q14_adm_by_street"] = compare_pairs(on_keys, "dispatch_arrive", "street")
    tables["q15_acm_by_street"] = compare_pairs(on_keys, "arrive_cleared", "street")

    pair = ["period_id", "pair"]
    sums = in_top.drop_nulls(["dispatch_arrive", "pair"]).group_by(*pair, "city").agg(
        timed_incidents=pl.len().cast(pl.Int64), seconds=pl.col("dispatch_arrive").sum(),
        longest=pl.col("dispatch_arrive").max(),
    )  # fmt: skip
    here = sums.with_columns(
        cities_compared=pl.len().over(pair).cast(pl.Int64),
        others=pl.col("timed_incidents").sum().over(pair) - pl.col("timed_incidents"),
        others_seconds=pl.col("seconds").sum().over(pair) - pl.col("seconds"),
        mean_minutes=pl.col("seconds") / (60.0 * pl.col("timed_incidents")),
    ).with_columns(
        mean_minutes_elsewhere=pl.when(pl.col("others") > 0).then(pl.col("others_seconds") / (60.0 * pl.col("others"))),
        incidents_elsewhere_mean=pl.when(pl.col("others") > 0).then(pl.col("others") / (pl.col("cities_compared") - 1)),
        longest_minutes=pl.col("longest") / 60,
    )
    gap = pl.col("mean_minutes") - pl.col("mean_minutes_elsewhere")
    tables["q12_adm_drivers"] = here.with_columns(gap_minutes=gap).select(
        *pair, "city", "timed_incidents", "cities_compared", "mean_minutes", "gap_minutes", "longest_minutes"
    )
    busier = here.filter(pl.col("timed_incidents") > pl.col("incidents_elsewhere_mean")).with_columns(
        slower_by_minutes=gap
    ).select(*pair, "city", "timed_incidents", "slower_by_minutes")  # fmt: skip
    tables["q16_response_challenges"] = busier.filter(pl.col("slower_by_minutes") > 0)
    tables["q17_efficient_responses"] = busier.filter(pl.col("slower_by_minutes") < 0)

    in_cities = rows.filter(pl.col("is_top")).group_by(by_city).agg(city_incidents=pl.len())
    tables["q18_priority_mix"] = (
        of_types.drop_nulls("priority")
        .group_by(*typed, "priority")
        .agg(incidents=pl.len())
        .join(in_cities, on=by_city)
        .with_columns(
            pct_of_type=share("incidents", typed), pct_of_city=100 * pl.col("incidents") / pl.col("city_incidents")
        )
        .rename({"type": "initial_type"})
    )
    return tables


def main(landing: Path, output: Path, seeds: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    for name, table in answer(describe(read_incidents(landing)), seeds).items():
        table.write_parquet(output / f"{name}.parquet")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

-- Question 18: the top types of each main street, over their priorities (types_on_street). The study's
-- panels of these priorities are not among the figures, so the priorities themselves are not compared.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        street,
        initial_type,
        max(type_incidents) as type_incidents,
        sum(incidents) as incidents
    from {{ ref('q18_street_priority_mix') }}
    where period_id = 'study_2024_06'
    group by street, initial_type

),

published as (

    select *
    from (
        values
        ('GEORGIA AVE', 'DISTURBANCE/NUISANCE', 6, 6),
        ('GEORGIA AVE', 'THEFT/LARCENY', 5, 5),
        ('GEORGIA AVE', 'HARASSMENT, STALKING, THREATS', 3, 3),
        ('GEORGIA AVE', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 3, 3),
        ('GEORGIA AVE', 'CHECK WELFARE', 3, 3),
        ('ROCKVILLE PIKE', 'TRESPASSING/UNWANTED', 8, 8),
        ('ROCKVILLE PIKE', 'THEFT/LARCENY', 2, 2),
        ('ROCKVILLE PIKE', 'DISTURBANCE/NUISANCE', 2, 2),
        ('ROCKVILLE PIKE', 'CHECK WELFARE', 2, 2),
        ('VEIRS MILL RD', 'THEFT/LARCENY - HOLDING SUSPECT', 5, 5),
        ('VEIRS MILL RD', 'THEFT/LARCENY', 3, 3),
        ('VEIRS MILL RD', 'NOISE - NOISE - OTHER COMPLAINTS', 2, 2),
        ('VEIRS MILL RD', 'CHECK WELFARE', 2, 2),
        ('COLESVILLE RD', 'THEFT/LARCENY', 3, 3),
        ('COLESVILLE RD', 'DISTURBANCE/NUISANCE', 3, 3),
        ('COLESVILLE RD', 'ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC', 2, 2),
        ('COLESVILLE RD', 'ASSAULT JUST OCCURRED - ROUTINE', 1, 1),
        ('COLESVILLE RD', 'PARKING OFFENSE', 1, 1),
        ('COLESVILLE RD', 'THEFT/LARCENY - HOLDING SUSPECT', 1, 1),
        ('COLESVILLE RD', 'ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION', 1, 1),
        ('COLESVILLE RD', 'BURGLARY - OCCURRED EARLIER', 1, 1),
        ('COLESVILLE RD', 'TRAFFIC/TRANSPORTATION INCIDENT', 1, 1),
        ('COLESVILLE RD', 'THEFTT - TRS THEFT/LARCENY - TELEPHONE REPORTING UNIT', 1, 1)
    ) as figures (street, initial_type, type_incidents, incidents)

),

differing as (

    select
        published.street,
        published.initial_type,
        published.type_incidents as published_type_incidents,
        mart.type_incidents as mart_type_incidents,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.street = mart.street
        and published.initial_type = mart.initial_type
    where
        not coalesce(mart.type_incidents = published.type_incidents, false)
        or not coalesce(mart.incidents = published.incidents, false)

),

limits as (

    select *
    from (
        values
        ('GEORGIA AVE', 3),
        ('ROCKVILLE PIKE', 2),
        ('VEIRS MILL RD', 2),
        ('COLESVILLE RD', 1)
    ) as limits_of_groups (street, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.street,
        mart.initial_type,
        cast(null as bigint) as published_type_incidents,
        mart.type_incidents as mart_type_incidents,
        cast(null as bigint) as published_incidents,
        mart.incidents as mart_incidents
    from mart
    inner join limits
        on mart.street = limits.street
    left join published
        on mart.street = published.street
        and mart.initial_type = published.initial_type
    where
        published.street is null
        and mart.incidents > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final

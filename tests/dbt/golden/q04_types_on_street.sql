-- Question 4, panels 11, 13, 15 and 17: the first ten types on each main street (types_on_street).
-- Veirs Mill Rd shows nine, which have 17 of its 18 incidents.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q04_street_types') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('GEORGIA AVE', 'DISTURBANCE/NUISANCE', 6),
        ('GEORGIA AVE', 'THEFT/LARCENY', 5),
        ('GEORGIA AVE', 'HARASSMENT, STALKING, THREATS', 3),
        ('GEORGIA AVE', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 3),
        ('GEORGIA AVE', 'CHECK WELFARE', 3),
        ('GEORGIA AVE', 'TRESPASSING/UNWANTED', 2),
        ('GEORGIA AVE', 'TRAFFIC/TRANSPORTATION INCIDENT', 2),
        ('GEORGIA AVE', 'ASSAULT', 2),
        ('GEORGIA AVE', 'ASSIST/STANDBY', 2),
        ('GEORGIA AVE', 'ASSAULT JUST OCCURRED - ROUTINE', 1),
        ('ROCKVILLE PIKE', 'TRESPASSING/UNWANTED', 8),
        ('ROCKVILLE PIKE', 'THEFT/LARCENY', 2),
        ('ROCKVILLE PIKE', 'DISTURBANCE/NUISANCE', 2),
        ('ROCKVILLE PIKE', 'CHECK WELFARE', 2),
        ('ROCKVILLE PIKE', 'FOLLOW UP/SUPPLEMENTAL INFORMATION', 1),
        ('ROCKVILLE PIKE', 'THEFT/LARCENY - OCCURRED EARLIER', 1),
        ('ROCKVILLE PIKE', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 1),
        ('ROCKVILLE PIKE', 'ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC', 1),
        ('ROCKVILLE PIKE', 'RESCUE WITH FRS', 1),
        ('ROCKVILLE PIKE', 'HARASSMENT, STALKING, THREATS', 1),
        ('VEIRS MILL RD', 'THEFT/LARCENY - HOLDING SUSPECT', 5),
        ('VEIRS MILL RD', 'THEFT/LARCENY', 3),
        ('VEIRS MILL RD', 'NOISE - NOISE - OTHER COMPLAINTS', 2),
        ('VEIRS MILL RD', 'CHECK WELFARE', 2),
        ('VEIRS MILL RD', 'ASSIST OTHER AGENCY', 1),
        ('VEIRS MILL RD', 'MISSING, RUNAWAY, FOUND PERSON', 1),
        ('VEIRS MILL RD', 'DOMESTIC DISPUTE', 1),
        ('VEIRS MILL RD', 'TRAFFIC/TRANSPORTATION INCIDENT', 1),
        ('VEIRS MILL RD', 'TRESPASSING/UNWANTED', 1),
        ('COLESVILLE RD', 'THEFT/LARCENY', 3),
        ('COLESVILLE RD', 'DISTURBANCE/NUISANCE', 3),
        ('COLESVILLE RD', 'ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC', 2),
        ('COLESVILLE RD', 'ASSAULT JUST OCCURRED - ROUTINE', 1),
        ('COLESVILLE RD', 'PARKING OFFENSE', 1),
        ('COLESVILLE RD', 'THEFT/LARCENY - HOLDING SUSPECT', 1),
        ('COLESVILLE RD', 'ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION', 1),
        ('COLESVILLE RD', 'BURGLARY - OCCURRED EARLIER', 1),
        ('COLESVILLE RD', 'TRAFFIC/TRANSPORTATION INCIDENT', 1),
        ('COLESVILLE RD', 'THEFTT - TRS THEFT/LARCENY - TELEPHONE REPORTING UNIT', 1)
    ) as figures (street, initial_type, incidents)

),

differing as (

    select
        published.street,
        published.initial_type,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.street = mart.street
        and published.initial_type = mart.initial_type
    where
        not coalesce(mart.incidents = published.incidents, false)

),

limits as (

    select *
    from (
        values
        ('GEORGIA AVE', 1),
        ('ROCKVILLE PIKE', 1),
        ('VEIRS MILL RD', 1),
        ('COLESVILLE RD', 1)
    ) as limits_of_groups (street, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.street,
        mart.initial_type,
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

create schema marts; create schema meta;
create table marts.balance_ratios (series_id varchar, economy_code varchar,
  product_set varchar, definition varchar, period_kind varchar, period varchar,
  period_year integer, period_start_date date, period_end_date date,
  months_covered integer, is_partial boolean, currency_code varchar,
  exports_millions decimal(20,3), imports_millions decimal(20,3),
  balance_ratio double, normalised_balance double, log_ratio double,
  ratio_log_change double, export_contribution double, import_contribution double,
  ratio_state varchar, state_reason varchar, published_on date, source varchar,
  rolling_balance_ratio double);
create table marts.ratio_placements (series_id varchar, period_year integer,
  balance_ratio double, reference_series_id varchar, reference_first_year integer,
  reference_last_year integer, reference_years integer,
  percentile_in_reference double, last_reference_year_at_or_above integer,
  reference_ratio_in_that_year double, first_reference_year_below integer,
  reference_ratio_in_first_year_below double, reference_ratio_same_year double);
create table marts.company_rankings (ranking_id varchar, ranking_series varchar,
  publisher varchar, release_on date, release_status varchar, data_year integer,
  is_complete_top_ten boolean, revenue_rank integer, company_printed varchar,
  company_id varchar, company_name_en varchar, company_name_zh varchar,
  country_code varchar, revenue_usd_millions decimal(18,2), share_pct_printed double,
  share_pct_implied double, share_state varchar, prior_year_rank_printed integer,
  prior_year_revenue_usd_millions decimal(18,2), note varchar);
create table marts.rank_deltas (ranking_series varchar, pair_status varchar,
  basis varchar, from_year integer, to_year integer, entity varchar,
  company_name_en varchar, company_name_zh varchar, country_code varchar,
  previous_rank integer, current_rank integer, rank_change bigint, rank_status varchar,
  related_company_id varchar, related_rank integer, status_note varchar);
create table marts.country_shares (ranking_id varchar, ranking_series varchar,
  release_status varchar, data_year integer, foundry_scope varchar,
  country_basis varchar, country_code varchar, country_name_en varchar,
  country_name_zh varchar, firms_in_top_ten integer,
  revenue_usd_millions decimal(18,2), share_of_top_ten_pct double,
  share_of_market_pct double, market_basis varchar);
create table marts.article_replication (claim_id varchar, claim_kind varchar,
  data_year integer, subject_en varchar, subject_zh varchar, claimed_value double,
  claimed_share_pct double, our_value double, our_share_pct double,
  value_unit varchar, our_year integer,
  replication_status varchar, reason_code varchar, reason_en varchar,
  reason_zh varchar, our_source varchar, published_on date, first_print_value double,
  first_print_on date);
create table marts.events (event_id varchar, event_year integer, event_date varchar,
  date_precision varchar, event_en varchar, event_zh varchar, kind varchar,
  cross_check varchar);
create table marts.economies (economy_code varchar, name_en varchar, name_zh varchar);
create table marts.definitions (definition varchar, comparison_group varchar,
  name_en varchar, name_zh varchar);
create table marts.technology_balances (economy_code varchar,
  economy_name_en varchar, economy_name_zh varchar, series_id varchar,
  industry varchar, definition varchar, period varchar, period_end_date date,
  balance_ratio double, log_ratio double, published_on date,
  affiliate_scope varchar, receipts_millions double, payments_millions double,
  currency_code varchar, ratio_log_change double, source varchar, year_kind varchar);
create table marts.series_aliases (alias varchar, series_id varchar);
create table marts.affiliate_scopes (affiliate_scope varchar, name_en varchar,
  name_zh varchar);
create table marts.typology_cells (series_id varchar, period varchar,
  threshold_set varchar, smoothing_years integer, ratio_level varchar,
  sets_agreeing integer);
create table marts.typology_combined_cells (pair_id varchar, economy_code varchar,
  period_year integer, threshold_set varchar, smoothing_years integer,
  is_points_only boolean, goods_ratio double, technology_ratio double,
  technology_series_id varchar, technology_period varchar, cell varchar,
  is_borderline boolean, sets_agreeing integer);
create table marts.product_sets (product_set varchar, name_en varchar,
  name_zh varchar, definition_en varchar, definition_zh varchar);
create table meta.sources (source varchar, resource varchar, publisher_en varchar,
  publisher_zh varchar, title_en varchar, title_zh varchar, url varchar,
  licence_en varchar, licence_zh varchar, licence_url varchar,
  attribution_en varchar, attribution_zh varchar, accessed_on date,
  unit varchar, coverage varchar, compiled_from varchar, payload_sha256 varchar,
  row_count bigint);
create schema ops;
create table ops.source_states (source varchar, state varchar,
  last_checked timestamp, next_due timestamp);
create table ops.build (run_id varchar, code_sha256 varchar);
create table ops.publication (version varchar, published_at timestamp);
create table ops.version_changes (version varchar, previous_version varchar,
  table_name varchar, published_at timestamp);
create schema raw;
create table raw.payloads (payload_sha256 varchar, published_at timestamp);
create table ops.data_freshness (series_id varchar, source varchar,
  publisher_en varchar, publisher_zh varchar, newest_period varchar,
  newest_period_end date, published_on date, age_days bigint);
create table marts.technology_industries (industry varchar, name_en varchar,
  name_zh varchar);

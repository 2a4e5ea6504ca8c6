#!/usr/bin/env bash
# Roles, each with a password of its own, and the databases. Run once, by the image, on an empty folder.
set -euo pipefail

# Passwords are read by psql itself: as arguments they would stand in the list of processes.
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<'SQL'
\set owner `cat /secrets/postgres/owner.password`
\set writer `cat /secrets/postgres/writer.password`
\set projector `cat /secrets/postgres/projector.password`
\set reader `cat /secrets/postgres/reader.password`
\set notifications `cat /secrets/postgres/notifications.password`
CREATE ROLE casetrail_owner LOGIN PASSWORD :'owner';
CREATE ROLE casetrail_writer LOGIN PASSWORD :'writer';
CREATE ROLE casetrail_projector LOGIN PASSWORD :'projector';
CREATE ROLE casetrail_reader LOGIN PASSWORD :'reader';
CREATE ROLE casetrail_notifications LOGIN PASSWORD :'notifications';
CREATE DATABASE casetrail OWNER casetrail_owner;
CREATE DATABASE casetrail_keys OWNER casetrail_owner;
REVOKE ALL ON DATABASE casetrail, casetrail_keys FROM PUBLIC;
GRANT CONNECT ON DATABASE casetrail
    TO casetrail_writer, casetrail_projector, casetrail_reader, casetrail_notifications;
GRANT CONNECT ON DATABASE casetrail_keys TO casetrail_writer;
SQL

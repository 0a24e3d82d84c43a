#!/bin/sh
# Runs once, when the database's volume is new: each platform has a role and a database of its own, and neither role
# may see the other's. Names and passwords are those of the two address files (role, password, host and name as a postgresql address).
set -eu
for file in /run/secrets/food_database_url /run/secrets/farm_database_url; do
  address="$(cat "$file")"
  rest="${address#*://}"
  role="${rest%%:*}"
  password="${rest#*:}"
  password="${password%%@*}"
  name="${rest##*/}"
  name="${name%%\?*}"
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set role="$role" --set password="$password" --set name="$name" <<'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"role" ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done

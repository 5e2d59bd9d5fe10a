#!/usr/bin/env bash
# Guess: a link with `${__url.params:include:kiosk}` hands on the parameter `kiosk` and no other.
# Fact: of parameters side by side that are not named, every other one stays: the list is shortened while it is walked through.
#   `exclude` does what it says.
# Versions: @grafana/scenes 9.2.2, whose macro is run by itself, with a stand-in for the address of the browser.
# Source: src/variables/macros/urlMacros.ts of @grafana/scenes; measured by this script.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @grafana/scenes@9.2.2 >/dev/null
tar xzf grafana-scenes-9.2.2.tgz
mkdir -p node_modules/@grafana/runtime
echo '{"name": "@grafana/runtime", "type": "module", "main": "index.js"}' >node_modules/@grafana/runtime/package.json
cat >node_modules/@grafana/runtime/index.js <<'JS'
export const config = { appSubUrl: '' };
export const locationService = { getLocation: () => ({ search: '?var-a=1&var-b=2&var-c=3&var-d=4&kiosk=1', pathname: '/' }) };
JS
cp "$(find package/dist/esm -name urlMacros.js)" urlMacros.mjs
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { UrlMacro } from './urlMacros.mjs';

const params = new UrlMacro('__url').getValue('params');
const included = params.formatter('include:kiosk');
const excluded = params.formatter('exclude:var-a,var-b,var-c,var-d');
console.log('@grafana/scenes', JSON.parse(readFileSync('package/package.json')).version);
console.log('include:kiosk', included);
console.log('exclude:var-a,var-b,var-c,var-d', excluded);
if (included !== '?var-b=2&var-d=4&kiosk=1' || excluded !== '?kiosk=1') process.exit(1);
JS
node run.mjs

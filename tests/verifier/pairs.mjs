// Reads {script, names, stories: [{statements, withheld}]} from stdin; writes what the script makes of each story.
import { pathToFileURL } from 'node:url';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const { script, names, stories } = JSON.parse(input);
const { pair } = await import(pathToFileURL(script).href);
const told = [];
for (const { statements, withheld } of stories) {
  const read = statements.map(({ place, ...one }) => ({
    ...one,
    place: { ...place, by: BigInt(place.by), after: place.after === null ? null : BigInt(place.after) },
  }));
  const made = await pair(read, names, new Set(withheld));
  told.push(made.map(({ place, ...one }) => ({ ...one, by: place && String(place.by), at: place && place.index })));
}
process.stdout.write(JSON.stringify(told));

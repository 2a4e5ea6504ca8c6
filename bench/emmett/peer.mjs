// The peer below HTTP: Emmett as it comes. A command reads its stream, decides, appends at the version that it read.
//
// Run with the address of a database, callers, seconds and cases; standard input is one form as JSON. Prints JSON.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { CommandHandler } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';

const [url, callers, seconds, cases] = process.argv.slice(2);
const form = JSON.parse(readFileSync(0, 'utf8'));

const initialState = () => ({ opened: false, forms: new Set() });

const evolve = (course, event) => {
  switch (event.type) {
    case 'Opened':
      return { ...course, opened: true };
    case 'FormScored':
      course.forms.add(event.data.assessmentId);
      return course;
    default:
      throw new Error(`no course has an event ${event.type}`);
  }
};

const open = (course) => {
  if (course.opened) throw new Error('the course is open already');
  return { type: 'Opened', data: { patient: 'patient 1' } };
};

const score = (assessmentId) => (course) => {
  if (!course.opened) throw new Error('the course was never opened');
  if (course.forms.has(assessmentId)) return [];
  return { type: 'FormScored', data: { ...form, assessmentId } };
};

const store = getPostgreSQLEventStore(url);
const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: true } });
const courses = Array.from({ length: Number(cases) }, (_, number) => `course-${callers}-${number}`);

for (const course of courses) await handle(store, course, open);

const began = performance.now();
const end = began + Number(seconds) * 1000;

const call = async (caller) => {
  let number = 0;
  for (; performance.now() < end; number += 1) {
    const course = courses[(caller + number * Number(callers)) % courses.length];
    await handle(store, course, score(`${callers}-${caller}-${number}`));
  }
  return number;
};

const done = await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => call(caller)));
const commands = done.reduce((sum, one) => sum + one, 0);
console.log(JSON.stringify({ commands, seconds: (performance.now() - began) / 1000 }));
await store.close();

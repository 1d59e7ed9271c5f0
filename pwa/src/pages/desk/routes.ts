/* Every place of the desk, a line each: its address, the word in the navigation, which roles may go there. */
import type { Component } from 'vue'
import type { Key } from '../../texts'

type Page = () => Promise<Component>

export interface Place {
  path: string
  text: Key
  /** What the navigation puts it under. */
  group: 'work' | 'people' | 'rules'
  roles: string[]
  page: Page
  /** Screens that belong to it and stand in no navigation. */
  below?: { path: string; page: Page }[]
}

export const PLACES: Place[] = [
  { path: '/desk/queue', text: 'desk.nav.queue', group: 'work', roles: ['coordinator', 'enterprise_admin'], page: () => import('./queue/Queue.vue') },
  { path: '/desk/system', text: 'desk.nav.system', group: 'work', roles: ['system_admin'], page: () => import('./system/System.vue') },
  {
    path: '/desk/progress', text: 'desk.nav.progress', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./progress/Progress.vue'),
    below: [{ path: '/desk/progress/:book', page: () => import('./progress/Person.vue') }],
  },
  {
    path: '/desk/imports', text: 'desk.nav.imports', group: 'rules', roles: ['coordinator'], page: () => import('./imports/Imports.vue'),
    below: [{ path: '/desk/imports/:id', page: () => import('./imports/ImportReport.vue') }],
  },
  { path: '/desk/classes', text: 'desk.nav.classes', group: 'rules', roles: ['coordinator'], page: () => import('./setup/Classes.vue') },
  { path: '/desk/people', text: 'desk.nav.roster', group: 'people', roles: ['coordinator'], page: () => import('./setup/People.vue') },
  {
    path: '/desk/agreements', text: 'desk.nav.agreements', group: 'people', roles: ['coordinator'], page: () => import('./agreements/Agreements.vue'),
    below: [{ path: '/desk/agreements/cooperations', page: () => import('./agreements/Cooperations.vue') }],
  },
  { path: '/desk/masters', text: 'desk.nav.masters', group: 'people', roles: ['coordinator'], page: () => import('./pairings/Masters.vue') },
  { path: '/desk/pairings', text: 'desk.nav.pairings', group: 'people', roles: ['coordinator'], page: () => import('./pairings/Pairings.vue') },
  {
    path: '/desk/plans', text: 'desk.nav.plans', group: 'rules', roles: ['coordinator'], page: () => import('./setup/Plans.vue'),
    below: [{ path: '/desk/plans/edit', page: () => import('./plans/PlanEditor.vue') }],
  },
  { path: '/desk/occupations', text: 'desk.nav.occupations', group: 'rules', roles: ['coordinator', 'system_admin'], page: () => import('./occupations/Occupations.vue') },
  {
    path: '/desk/rules', text: 'desk.nav.rules_list', group: 'rules', roles: ['coordinator', 'system_admin'], page: () => import('./rules/Rules.vue'),
    below: [{ path: '/desk/rules/edit', page: () => import('./rules/RuleEditor.vue') }],
  },
  {
    path: '/desk/orgs', text: 'desk.nav.orgs', group: 'rules', roles: ['coordinator', 'system_admin'], page: () => import('./orgs/Orgs.vue'),
    below: [{ path: '/desk/orgs/bases', page: () => import('./orgs/OrgBases.vue') }],
  },
  {
    path: '/desk/chains', text: 'desk.nav.chains', group: 'rules', roles: ['coordinator', 'system_admin'], page: () => import('./chains/Chains.vue'),
    below: [{ path: '/desk/chains/:id', page: () => import('./chains/Chain.vue') }],
  },
  { path: '/desk/changes', text: 'desk.nav.changes', group: 'rules', roles: ['coordinator', 'system_admin'], page: () => import('./changes/Changes.vue') },
  {
    path: '/desk/flags', text: 'desk.nav.flags', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./flags/Flags.vue'),
    below: [{ path: '/desk/flags/kinds', page: () => import('./flags/FlagKinds.vue') }],
  },
  { path: '/desk/results', text: 'desk.nav.results', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./facts/Results.vue') },
  { path: '/desk/bases', text: 'desk.nav.bases', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./facts/Bases.vue') },
  { path: '/desk/mentors', text: 'desk.nav.mentors', group: 'people', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./facts/Mentors.vue') },
  {
    path: '/desk/months', text: 'desk.nav.months', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./months/Months.vue'),
    below: [{ path: '/desk/months/:class/:month', page: () => import('./months/Month.vue') }],
  },
  {
    path: '/desk/reversals', text: 'desk.nav.reversals', group: 'work', roles: ['coordinator', 'enterprise_admin', 'authority'], page: () => import('./reversals/Reversals.vue'),
    below: [{ path: '/desk/reversals/of/:book', page: () => import('./reversals/ReversePerson.vue') }],
  },
  {
    path: '/desk/exports', text: 'desk.nav.exports', group: 'work', roles: ['coordinator', 'enterprise_admin'], page: () => import('./exports/Exports.vue'),
    below: [{ path: '/desk/exports/forms', page: () => import('./exports/FormColumns.vue') }],
  },
  { path: '/desk/claims', text: 'desk.nav.claims', group: 'work', roles: ['coordinator', 'enterprise_admin'], page: () => import('./exports/Claims.vue') },
  {
    path: '/desk/samplings', text: 'desk.nav.samplings', group: 'work', roles: ['authority'], page: () => import('./samplings/Samplings.vue'),
    below: [{ path: '/desk/samplings/:id', page: () => import('./samplings/Sampling.vue') }],
  },
  { path: '/desk/staff', text: 'desk.nav.staff', group: 'people', roles: ['coordinator', 'system_admin'], page: () => import('./people/Staff.vue') },
  {
    path: '/desk/base', text: 'desk.nav.base', group: 'work', roles: ['base_admin'], page: () => import('./base/Base.vue'),
    below: [{ path: '/desk/base/sessions', page: () => import('./base/Sessions.vue') }],
  },
  { path: '/desk/resets', text: 'desk.nav.resets', group: 'people', roles: ['coordinator', 'base_admin', 'system_admin'], page: () => import('./people/Resets.vue') },
]

export const GROUPS: { name: Place['group']; text: Key }[] = [
  { name: 'work', text: 'desk.nav.work' },
  { name: 'people', text: 'desk.nav.people' },
  { name: 'rules', text: 'desk.nav.rules' },
]

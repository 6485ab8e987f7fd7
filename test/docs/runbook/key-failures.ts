import { DAY, hour, hours } from '../../faults/alarms/alarm-world.ts';
import type { Failure } from './scene.ts';

/** What the alarms of keys tell. */
export const KEY_FAILURES: readonly Failure[] = [
  {
    alarm: 'KeyUnhealthy',
    comes: async ({ world }) => {
      await world.storeReportsSecret('acme', 'not a key');
      await world.cloud.invoke('CheckKeys');
    },
    tells: /secret/i,
    mended: async (scene) => {
      await hours(scene.world, 1);
      await scene.newKey('MENDED0001');
      await scene.fix('KeyUnhealthy', 'npx asc-jobs keys check', {}, 'Resolved');
      await hours(scene.world, 1);
    },
  },
  {
    alarm: 'AgreementUnsigned',
    early: true,
    comes: async ({ world }) => {
      world.simulator.setAgreement('acme', false);
      await hour(world);
      await world.cloud.invoke('CheckKeys');
    },
    tells: /greement/,
    mended: async (scene) => {
      await hours(scene.world, 1);
      scene.world.simulator.setAgreement('acme', true);
      await scene.fix('AgreementUnsigned', 'npx asc-jobs keys check', {}, 'Resolved');
      await hours(scene.world, 2);
    },
  },
  {
    alarm: 'KeyTooOld',
    comes: async (scene) => {
      await scene.newKey('OLDKEY0001', scene.world.clock.now() - 91 * DAY);
      await scene.world.cloud.invoke('CheckKeys');
    },
    tells: /91/,
    mended: async (scene) => {
      await hours(scene.world, 1);
      await scene.newKey('NEWKEY0001');
      scene.world.simulator.revokeKey('OLDKEY0001');
      await scene.fix('KeyTooOld', 'npx asc-jobs keys check', {}, 'Resolved');
    },
  },
];

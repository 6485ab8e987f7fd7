import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import { closedEvent } from '../../../functions/prices/store/price-events.ts';
import { NOW, oneProduct, PRODUCT } from './one-product.ts';

/** One product with an accepted change, and the warnings that its worker logs. */
function acceptedOnce() {
  const world = oneProduct();
  const warnings: string[] = [];
  world.deps.log = { ...world.deps.log, warn: (message) => void warnings.push(message) };
  world.put('sale', '7.99', 1);
  return { ...world, warnings };
}

const BROKEN = new Error('something nobody thought of');

describe('The lease of a product, after an error that nobody expected', () => {
  it('is given back where nothing is under way at Apple: the change goes on at the next try', async () => {
    const { deps, data, sent, list } = acceptedOnce();
    const { read } = list;
    list.read = () => Promise.reject(BROKEN);
    await assert.rejects(applyChange(deps, 'acme', 'sale'), BROKEN);
    assert.equal(data.products[PRODUCT]?.leaseUntil, 0);
    list.read = read;
    assert.deepEqual(await applyChange(deps, 'acme', 'sale'), { kind: 'done' });
    assert.deepEqual([data.changes['acme#sale']?.state, sent], ['applied', ['7.99']]);
  });

  it('stays where a write may be under way, and a line of the log says so', async () => {
    const { deps, data, list, warnings } = acceptedOnce();
    list.send = () => Promise.reject(BROKEN);
    await assert.rejects(applyChange(deps, 'acme', 'sale'), BROKEN);
    assert.deepEqual(data.changes['acme#sale']?.sending?.steps.length, 1);
    assert.ok((data.products[PRODUCT]?.leaseUntil ?? 0) > NOW);
    assert.deepEqual(warnings, [
      'The lease of the product stays until it lapses: a price write may be under way',
    ]);
  });

  it('stays where the write of the change that held the product before may be under way', async () => {
    const { deps, data, list, put } = acceptedOnce();
    list.send = () => Promise.reject(BROKEN);
    await assert.rejects(applyChange(deps, 'acme', 'sale'), BROKEN);
    put('next', '4.99', 2);
    const product = data.products[PRODUCT];
    assert.ok(product);
    data.products[PRODUCT] = { ...product, leaseUntil: 0 };
    list.readBack = () => Promise.reject(BROKEN);
    deps.clock.now = () => NOW + 3_600_000;
    await assert.rejects(applyChange(deps, 'acme', 'next'), BROKEN);
    assert.ok((data.products[PRODUCT]?.leaseUntil ?? 0) > deps.clock.now());
  });

  it('is given back where somebody has withdrawn the change meanwhile: the next one need not wait', async () => {
    const { deps, data, sent, put, list } = acceptedOnce();
    const { read } = list;
    list.read = async () => {
      const record = await deps.ledger.change('acme', 'sale');
      assert.ok(record);
      if (record.state === 'accepted') {
        const ending = {
          problems: [],
          outcome: 'withdrawn',
          event: closedEvent(record, 'withdraw', { by: 'cfo@acme.example' }),
        };
        await deps.ledger.transition(record, { kind: 'withdraw', by: 'cfo@acme.example', ...ending });
      }
      return read();
    };
    assert.equal((await applyChange(deps, 'acme', 'sale')).kind, 'retry');
    assert.equal(data.changes['acme#sale']?.state, 'withdrawn');
    list.read = read;
    put('next', '4.99', 2);
    assert.deepEqual(await applyChange(deps, 'acme', 'next'), { kind: 'done' });
    assert.deepEqual(sent, ['4.99']);
  });

  it('is left alone where another worker has it by now', async () => {
    const { deps, data, list } = acceptedOnce();
    list.read = async () => {
      const product = data.products[PRODUCT];
      assert.ok(product);
      data.products[PRODUCT] = { ...product, rev: product.rev + 1, fence: product.fence + 1 };
      throw BROKEN;
    };
    await assert.rejects(applyChange(deps, 'acme', 'sale'), BROKEN);
    assert.ok((data.products[PRODUCT]?.leaseUntil ?? 0) > NOW);
  });

  it('does not hide that error where it cannot be given back, and a line of the log says so', async () => {
    const { deps, list, warnings } = acceptedOnce();
    list.read = async () => {
      deps.ledger.writeProduct = () => Promise.reject(new Error('the table cannot be reached'));
      throw BROKEN;
    };
    await assert.rejects(applyChange(deps, 'acme', 'sale'), BROKEN);
    assert.deepEqual(warnings, [
      'It is not certain that the lease of the product was given back; else it lapses by itself',
    ]);
  });
});

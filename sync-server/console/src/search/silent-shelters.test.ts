import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import { describe, expect, it } from 'vitest';
import { silentShelters } from './silent-shelters.ts';

const summary = (at: number, lastReportAt: string | null) => ({
  shelter: { shelterId: shelterIdSchema.parse(`school-${at}`), name: `第${at}小学校` },
  lastReportAt,
});

describe('shelters that nothing was heard of', () => {
  it('are named, those that were heard of are not: nobody found there is not nobody there', () => {
    const summaries = [summary(1, null), summary(2, '2026-11-22T00:00:00.000Z'), summary(3, null)];
    expect(silentShelters(summaries)).toEqual({ names: ['第1小学校', '第3小学校'], others: 0 });
    expect(silentShelters([])).toEqual({ names: [], others: 0 });
  });

  it('are counted where there are too many to name', () => {
    const { names, others } = silentShelters(Array.from({ length: 180 }, (_, at) => summary(at, null)));
    expect([names.length, others]).toEqual([12, 168]);
  });
});

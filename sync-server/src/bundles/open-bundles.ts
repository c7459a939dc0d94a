import type { Area } from '../area.ts';
import type { StaffGate } from '../identity/staff-gate.ts';
import { BundleImporter, type BundleImporterOptions } from './bundle-importer.ts';
import { bundleRoutes } from './bundle-routes.ts';
import { clearSpooledFiles } from './spooled-file.ts';

/** An importer over a data directory that holds nothing of earlier uploads. */
export async function openBundleImporter(options: BundleImporterOptions): Promise<BundleImporter> {
  await clearSpooledFiles(options.dataDirectory);
  return new BundleImporter(options);
}

/** Bundles that headquarters imports at the console. */
export async function openBundles(
  gate: StaffGate,
  options: BundleImporterOptions,
): Promise<Area & { readonly importer: BundleImporter }> {
  const importer = await openBundleImporter(options);
  return { importer, routes: bundleRoutes(gate, importer) };
}

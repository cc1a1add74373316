/** A peer of the benchmarks runs on Node 20 although it names 22: nobody who installs needs to be warned of that. */
function readPackage(manifest) {
  if (manifest.name === '@aws-lite/client') delete manifest.engines;
  return manifest;
}

export const hooks = { readPackage };

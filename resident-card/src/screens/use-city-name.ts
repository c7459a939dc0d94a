import { useEffect, useState } from 'react';
import { useSurroundings } from './surroundings.ts';

/** The city's name: as the device knows it, and anew from the server when that answers; empty while nobody has said. */
export function useCityName(): string {
  const { memory, service } = useSurroundings();
  const [city, setCity] = useState(() => memory.cityName() ?? '');
  useEffect(() => {
    let shown = true;
    service.cityName().then(
      (name) => {
        memory.keepCityName(name);
        if (shown) setCity(name);
      },
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [service, memory]);
  return city;
}

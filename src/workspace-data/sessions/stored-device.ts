export interface StoredDevice {
  type?: string;
  name?: string;
  longVersion?: string;
  os?: { name?: string; version?: string };
  version?: string;
}

import { StoredServices } from './stored-services';

export interface NewUser {
  id: string;
  username: string;
  name: string;
  roles: readonly string[];
  /** Counts as verified: the operator vouches for it. */
  email: string;
  createdAt: Date;
  services: StoredServices;
}

export interface NewUserDocument {
  _id: string;
  username: string;
  name: string;
  active: true;
  roles: string[];
  emails: { address: string; verified: true }[];
  createdAt: Date;
  services: StoredServices;
}

export function newUserDocument(user: NewUser): NewUserDocument {
  const { id, username, name, roles, email, createdAt, services } = user;
  return {
    _id: id,
    username,
    name,
    active: true,
    roles: [...roles],
    emails: [{ address: email, verified: true }],
    createdAt,
    services,
  };
}

import { describeSessionLogout } from '../../support/session-logout.behaviour';

describeSessionLogout('logout');

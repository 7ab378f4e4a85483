import {flat, fullName, tree} from '../mail/folders.js';

/** The folders to choose from, as `[id, name]`, in the order of the tree: each with those above it before its name. */
export const folderChoices = (app) => flat(tree(app)).map(({mailbox}) => [mailbox.id, fullName(app, mailbox)]);

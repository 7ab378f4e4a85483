// The web client's files, in the program itself. Written by scripts/webfiles: run it when a file is added or renamed.
#include "include/CWebClient.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_app__app_2ejs[] = {
#embed "Files/app/app.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_app__pages_2ejs[] = {
#embed "Files/app/pages.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_app__shell_2ejs[] = {
#embed "Files/app/shell.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_app__signin_2ejs[] = {
#embed "Files/app/signin.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__addresses_2ejs[] = {
#embed "Files/compose/addresses.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__beginning_2ejs[] = {
#embed "Files/compose/beginning.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__checks_2ejs[] = {
#embed "Files/compose/checks.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__composer_2ejs[] = {
#embed "Files/compose/composer.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__draft_2ejs[] = {
#embed "Files/compose/draft.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__editor_2ejs[] = {
#embed "Files/compose/editor.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__files_2ejs[] = {
#embed "Files/compose/files.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__form_2ejs[] = {
#embed "Files/compose/form.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__markup_2ejs[] = {
#embed "Files/compose/markup.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__panel_2ejs[] = {
#embed "Files/compose/panel.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__people_2ejs[] = {
#embed "Files/compose/people.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__places_2ejs[] = {
#embed "Files/compose/places.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__questions_2ejs[] = {
#embed "Files/compose/questions.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__recipients_2ejs[] = {
#embed "Files/compose/recipients.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__reply_2ejs[] = {
#embed "Files/compose/reply.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__send_2ejs[] = {
#embed "Files/compose/send.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_compose__waiting_2ejs[] = {
#embed "Files/compose/waiting.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__back_2ejs[] = {
#embed "Files/core/back.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__changes_2ejs[] = {
#embed "Files/core/changes.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__dialog_2ejs[] = {
#embed "Files/core/dialog.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__dom_2ejs[] = {
#embed "Files/core/dom.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__emails_2ejs[] = {
#embed "Files/core/emails.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__events_2ejs[] = {
#embed "Files/core/events.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__form_2ejs[] = {
#embed "Files/core/form.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__i18n_2ejs[] = {
#embed "Files/core/i18n.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__icons_2ejs[] = {
#embed "Files/core/icons.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__idle_2ejs[] = {
#embed "Files/core/idle.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__jmap_2ejs[] = {
#embed "Files/core/jmap.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__jobs_2ejs[] = {
#embed "Files/core/jobs.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__keys_2ejs[] = {
#embed "Files/core/keys.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__list_2ejs[] = {
#embed "Files/core/list.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__localtime_2ejs[] = {
#embed "Files/core/localtime.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__menu_2ejs[] = {
#embed "Files/core/menu.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__notices_2ejs[] = {
#embed "Files/core/notices.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__passkey_2ejs[] = {
#embed "Files/core/passkey.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__qr_2ejs[] = {
#embed "Files/core/qr.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__question_2ejs[] = {
#embed "Files/core/question.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__records_2ejs[] = {
#embed "Files/core/records.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__router_2ejs[] = {
#embed "Files/core/router.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__screen_2ejs[] = {
#embed "Files/core/screen.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__stored_2ejs[] = {
#embed "Files/core/stored.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__styles_2ejs[] = {
#embed "Files/core/styles.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__svg_2ejs[] = {
#embed "Files/core/svg.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_core__upload_2ejs[] = {
#embed "Files/core/upload.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_favicon_2esvg[] = {
#embed "Files/favicon.svg" suffix(, 0) if_empty(0)
};

static const unsigned char file_index_2ehtml[] = {
#embed "Files/index.html" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__attached_2ejs[] = {
#embed "Files/letter/attached.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__attachments_2ejs[] = {
#embed "Files/letter/attachments.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__body_2ejs[] = {
#embed "Files/letter/body.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__details_2ejs[] = {
#embed "Files/letter/details.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__frame_2ejs[] = {
#embed "Files/letter/frame.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__letter_2ejs[] = {
#embed "Files/letter/letter.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__links_2ejs[] = {
#embed "Files/letter/links.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__message_2ejs[] = {
#embed "Files/letter/message.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__names_2ejs[] = {
#embed "Files/letter/names.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__pictures_2ejs[] = {
#embed "Files/letter/pictures.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__preview_2ejs[] = {
#embed "Files/letter/preview.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__raw_2ejs[] = {
#embed "Files/letter/raw.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__simple_2ejs[] = {
#embed "Files/letter/simple.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__submission_2ejs[] = {
#embed "Files/letter/submission.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__text_2ejs[] = {
#embed "Files/letter/text.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_letter__unsubscribe_2ejs[] = {
#embed "Files/letter/unsubscribe.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__compose_2ejson[] = {
#embed "Files/locales/de/compose.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__core_2ejson[] = {
#embed "Files/locales/de/core.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__letter_2ejson[] = {
#embed "Files/locales/de/letter.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__mail_2ejson[] = {
#embed "Files/locales/de/mail.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__rules_2ejson[] = {
#embed "Files/locales/de/rules.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__settings_2ejson[] = {
#embed "Files/locales/de/settings.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__de__setup_2ejson[] = {
#embed "Files/locales/de/setup.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__compose_2ejson[] = {
#embed "Files/locales/en/compose.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__core_2ejson[] = {
#embed "Files/locales/en/core.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__letter_2ejson[] = {
#embed "Files/locales/en/letter.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__mail_2ejson[] = {
#embed "Files/locales/en/mail.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__rules_2ejson[] = {
#embed "Files/locales/en/rules.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__settings_2ejson[] = {
#embed "Files/locales/en/settings.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_locales__en__setup_2ejson[] = {
#embed "Files/locales/en/setup.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__actions_2ejs[] = {
#embed "Files/mail/actions.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__bulk_2ejs[] = {
#embed "Files/mail/bulk.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__counts_2ejs[] = {
#embed "Files/mail/counts.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__folder_2ddialogs_2ejs[] = {
#embed "Files/mail/folder-dialogs.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__folders_2ejs[] = {
#embed "Files/mail/folders.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__help_2ejs[] = {
#embed "Files/mail/help.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__key_2dmap_2ejs[] = {
#embed "Files/mail/key-map.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__labels_2ejs[] = {
#embed "Files/mail/labels.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__list_2dpane_2ejs[] = {
#embed "Files/mail/list-pane.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__list_2dpointer_2ejs[] = {
#embed "Files/mail/list-pointer.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__mail_2ejs[] = {
#embed "Files/mail/mail.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__newcomers_2ejs[] = {
#embed "Files/mail/newcomers.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__row_2ejs[] = {
#embed "Files/mail/row.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__search_2dbox_2ejs[] = {
#embed "Files/mail/search-box.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__searches_2ejs[] = {
#embed "Files/mail/searches.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__selection_2ejs[] = {
#embed "Files/mail/selection.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__snippets_2ejs[] = {
#embed "Files/mail/snippets.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__snooze_2ejs[] = {
#embed "Files/mail/snooze.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__swipe_2dchoice_2ejs[] = {
#embed "Files/mail/swipe-choice.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__swipe_2ejs[] = {
#embed "Files/mail/swipe.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__thread_2drow_2ejs[] = {
#embed "Files/mail/thread-row.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__toolbar_2ejs[] = {
#embed "Files/mail/toolbar.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__tree_2ejs[] = {
#embed "Files/mail/tree.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__triage_2ejs[] = {
#embed "Files/mail/triage.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__view_2ejs[] = {
#embed "Files/mail/view.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_mail__virtual_2ejs[] = {
#embed "Files/mail/virtual.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_main_2ejs[] = {
#embed "Files/main.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_manifest_2ewebmanifest[] = {
#embed "Files/manifest.webmanifest" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__changestorage_2ejs[] = {
#embed "Files/offline/changestorage.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__database_2ejs[] = {
#embed "Files/offline/database.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__files_2ejs[] = {
#embed "Files/offline/files.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__filter_2ejs[] = {
#embed "Files/offline/filter.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__keeper_2ejs[] = {
#embed "Files/offline/keeper.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__localserver_2ejs[] = {
#embed "Files/offline/localserver.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__offline_2ejs[] = {
#embed "Files/offline/offline.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__outbox_2ejs[] = {
#embed "Files/offline/outbox.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__push_2ejs[] = {
#embed "Files/offline/push.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__room_2ejs[] = {
#embed "Files/offline/room.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__rows_2ejs[] = {
#embed "Files/offline/rows.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_offline__worker_2ejs[] = {
#embed "Files/offline/worker.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_rules__beginning_2ejs[] = {
#embed "Files/rules/beginning.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_rules__dialog_2ejs[] = {
#embed "Files/rules/dialog.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_rules__here_2ejs[] = {
#embed "Files/rules/here.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_rules__lists_2ejs[] = {
#embed "Files/rules/lists.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_rules__words_2ejs[] = {
#embed "Files/rules/words.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_search__keyword_2ejs[] = {
#embed "Files/search/keyword.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_search__query_2ejs[] = {
#embed "Files/search/query.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__deletions_2ejs[] = {
#embed "Files/settings/deletions.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__devices_2ejs[] = {
#embed "Files/settings/devices.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__folderchoices_2ejs[] = {
#embed "Files/settings/folderchoices.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__history_2ejs[] = {
#embed "Files/settings/history.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__kept_2ejs[] = {
#embed "Files/settings/kept.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__maildrop_2ejs[] = {
#embed "Files/settings/maildrop.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__maildropfields_2ejs[] = {
#embed "Files/settings/maildropfields.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__maildropform_2ejs[] = {
#embed "Files/settings/maildropform.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__maildrops_2ejs[] = {
#embed "Files/settings/maildrops.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__maildropvalues_2ejs[] = {
#embed "Files/settings/maildropvalues.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__messages_2ejs[] = {
#embed "Files/settings/messages.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__newdevice_2ejs[] = {
#embed "Files/settings/newdevice.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__newmaildrop_2ejs[] = {
#embed "Files/settings/newmaildrop.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__pages_2ejs[] = {
#embed "Files/settings/pages.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__passkeys_2ejs[] = {
#embed "Files/settings/passkeys.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__password_2ejs[] = {
#embed "Files/settings/password.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__people_2ejs[] = {
#embed "Files/settings/people.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__polls_2ejs[] = {
#embed "Files/settings/polls.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__push_2ejs[] = {
#embed "Files/settings/push.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__report_2ejs[] = {
#embed "Files/settings/report.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__retention_2ejs[] = {
#embed "Files/settings/retention.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__rules_2ejs[] = {
#embed "Files/settings/rules.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__sessions_2ejs[] = {
#embed "Files/settings/sessions.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__settings_2ejs[] = {
#embed "Files/settings/settings.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__status_2ejs[] = {
#embed "Files/settings/status.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__storage_2ejs[] = {
#embed "Files/settings/storage.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__words_2ejs[] = {
#embed "Files/settings/words.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_settings__you_2ejs[] = {
#embed "Files/settings/you.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_setup__arrival_2ejs[] = {
#embed "Files/setup/arrival.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_setup__person_2ejs[] = {
#embed "Files/setup/person.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_setup__setup_2ejs[] = {
#embed "Files/setup/setup.js" suffix(, 0) if_empty(0)
};

static const unsigned char file_style__base_2ecss[] = {
#embed "Files/style/base.css" suffix(, 0) if_empty(0)
};

static const unsigned char file_style__letter_2ecss[] = {
#embed "Files/style/letter.css" suffix(, 0) if_empty(0)
};

static const unsigned char file_style__mail_2ecss[] = {
#embed "Files/style/mail.css" suffix(, 0) if_empty(0)
};

static const unsigned char file_style__settings_2ecss[] = {
#embed "Files/style/settings.css" suffix(, 0) if_empty(0)
};

static const unsigned char file_style__shell_2ecss[] = {
#embed "Files/style/shell.css" suffix(, 0) if_empty(0)
};

static const unsigned char file_sw_2ejs[] = {
#embed "Files/sw.js" suffix(, 0) if_empty(0)
};

static const struct restante_web_file files[] = {
    {"app/app.js", file_app__app_2ejs, sizeof file_app__app_2ejs - 1},
    {"app/pages.js", file_app__pages_2ejs, sizeof file_app__pages_2ejs - 1},
    {"app/shell.js", file_app__shell_2ejs, sizeof file_app__shell_2ejs - 1},
    {"app/signin.js", file_app__signin_2ejs, sizeof file_app__signin_2ejs - 1},
    {"compose/addresses.js", file_compose__addresses_2ejs, sizeof file_compose__addresses_2ejs - 1},
    {"compose/beginning.js", file_compose__beginning_2ejs, sizeof file_compose__beginning_2ejs - 1},
    {"compose/checks.js", file_compose__checks_2ejs, sizeof file_compose__checks_2ejs - 1},
    {"compose/composer.js", file_compose__composer_2ejs, sizeof file_compose__composer_2ejs - 1},
    {"compose/draft.js", file_compose__draft_2ejs, sizeof file_compose__draft_2ejs - 1},
    {"compose/editor.js", file_compose__editor_2ejs, sizeof file_compose__editor_2ejs - 1},
    {"compose/files.js", file_compose__files_2ejs, sizeof file_compose__files_2ejs - 1},
    {"compose/form.js", file_compose__form_2ejs, sizeof file_compose__form_2ejs - 1},
    {"compose/markup.js", file_compose__markup_2ejs, sizeof file_compose__markup_2ejs - 1},
    {"compose/panel.js", file_compose__panel_2ejs, sizeof file_compose__panel_2ejs - 1},
    {"compose/people.js", file_compose__people_2ejs, sizeof file_compose__people_2ejs - 1},
    {"compose/places.js", file_compose__places_2ejs, sizeof file_compose__places_2ejs - 1},
    {"compose/questions.js", file_compose__questions_2ejs, sizeof file_compose__questions_2ejs - 1},
    {"compose/recipients.js", file_compose__recipients_2ejs, sizeof file_compose__recipients_2ejs - 1},
    {"compose/reply.js", file_compose__reply_2ejs, sizeof file_compose__reply_2ejs - 1},
    {"compose/send.js", file_compose__send_2ejs, sizeof file_compose__send_2ejs - 1},
    {"compose/waiting.js", file_compose__waiting_2ejs, sizeof file_compose__waiting_2ejs - 1},
    {"core/back.js", file_core__back_2ejs, sizeof file_core__back_2ejs - 1},
    {"core/changes.js", file_core__changes_2ejs, sizeof file_core__changes_2ejs - 1},
    {"core/dialog.js", file_core__dialog_2ejs, sizeof file_core__dialog_2ejs - 1},
    {"core/dom.js", file_core__dom_2ejs, sizeof file_core__dom_2ejs - 1},
    {"core/emails.js", file_core__emails_2ejs, sizeof file_core__emails_2ejs - 1},
    {"core/events.js", file_core__events_2ejs, sizeof file_core__events_2ejs - 1},
    {"core/form.js", file_core__form_2ejs, sizeof file_core__form_2ejs - 1},
    {"core/i18n.js", file_core__i18n_2ejs, sizeof file_core__i18n_2ejs - 1},
    {"core/icons.js", file_core__icons_2ejs, sizeof file_core__icons_2ejs - 1},
    {"core/idle.js", file_core__idle_2ejs, sizeof file_core__idle_2ejs - 1},
    {"core/jmap.js", file_core__jmap_2ejs, sizeof file_core__jmap_2ejs - 1},
    {"core/jobs.js", file_core__jobs_2ejs, sizeof file_core__jobs_2ejs - 1},
    {"core/keys.js", file_core__keys_2ejs, sizeof file_core__keys_2ejs - 1},
    {"core/list.js", file_core__list_2ejs, sizeof file_core__list_2ejs - 1},
    {"core/localtime.js", file_core__localtime_2ejs, sizeof file_core__localtime_2ejs - 1},
    {"core/menu.js", file_core__menu_2ejs, sizeof file_core__menu_2ejs - 1},
    {"core/notices.js", file_core__notices_2ejs, sizeof file_core__notices_2ejs - 1},
    {"core/passkey.js", file_core__passkey_2ejs, sizeof file_core__passkey_2ejs - 1},
    {"core/qr.js", file_core__qr_2ejs, sizeof file_core__qr_2ejs - 1},
    {"core/question.js", file_core__question_2ejs, sizeof file_core__question_2ejs - 1},
    {"core/records.js", file_core__records_2ejs, sizeof file_core__records_2ejs - 1},
    {"core/router.js", file_core__router_2ejs, sizeof file_core__router_2ejs - 1},
    {"core/screen.js", file_core__screen_2ejs, sizeof file_core__screen_2ejs - 1},
    {"core/stored.js", file_core__stored_2ejs, sizeof file_core__stored_2ejs - 1},
    {"core/styles.js", file_core__styles_2ejs, sizeof file_core__styles_2ejs - 1},
    {"core/svg.js", file_core__svg_2ejs, sizeof file_core__svg_2ejs - 1},
    {"core/upload.js", file_core__upload_2ejs, sizeof file_core__upload_2ejs - 1},
    {"favicon.svg", file_favicon_2esvg, sizeof file_favicon_2esvg - 1},
    {"index.html", file_index_2ehtml, sizeof file_index_2ehtml - 1},
    {"letter/attached.js", file_letter__attached_2ejs, sizeof file_letter__attached_2ejs - 1},
    {"letter/attachments.js", file_letter__attachments_2ejs, sizeof file_letter__attachments_2ejs - 1},
    {"letter/body.js", file_letter__body_2ejs, sizeof file_letter__body_2ejs - 1},
    {"letter/details.js", file_letter__details_2ejs, sizeof file_letter__details_2ejs - 1},
    {"letter/frame.js", file_letter__frame_2ejs, sizeof file_letter__frame_2ejs - 1},
    {"letter/letter.js", file_letter__letter_2ejs, sizeof file_letter__letter_2ejs - 1},
    {"letter/links.js", file_letter__links_2ejs, sizeof file_letter__links_2ejs - 1},
    {"letter/message.js", file_letter__message_2ejs, sizeof file_letter__message_2ejs - 1},
    {"letter/names.js", file_letter__names_2ejs, sizeof file_letter__names_2ejs - 1},
    {"letter/pictures.js", file_letter__pictures_2ejs, sizeof file_letter__pictures_2ejs - 1},
    {"letter/preview.js", file_letter__preview_2ejs, sizeof file_letter__preview_2ejs - 1},
    {"letter/raw.js", file_letter__raw_2ejs, sizeof file_letter__raw_2ejs - 1},
    {"letter/simple.js", file_letter__simple_2ejs, sizeof file_letter__simple_2ejs - 1},
    {"letter/submission.js", file_letter__submission_2ejs, sizeof file_letter__submission_2ejs - 1},
    {"letter/text.js", file_letter__text_2ejs, sizeof file_letter__text_2ejs - 1},
    {"letter/unsubscribe.js", file_letter__unsubscribe_2ejs, sizeof file_letter__unsubscribe_2ejs - 1},
    {"locales/de/compose.json", file_locales__de__compose_2ejson, sizeof file_locales__de__compose_2ejson - 1},
    {"locales/de/core.json", file_locales__de__core_2ejson, sizeof file_locales__de__core_2ejson - 1},
    {"locales/de/letter.json", file_locales__de__letter_2ejson, sizeof file_locales__de__letter_2ejson - 1},
    {"locales/de/mail.json", file_locales__de__mail_2ejson, sizeof file_locales__de__mail_2ejson - 1},
    {"locales/de/rules.json", file_locales__de__rules_2ejson, sizeof file_locales__de__rules_2ejson - 1},
    {"locales/de/settings.json", file_locales__de__settings_2ejson, sizeof file_locales__de__settings_2ejson - 1},
    {"locales/de/setup.json", file_locales__de__setup_2ejson, sizeof file_locales__de__setup_2ejson - 1},
    {"locales/en/compose.json", file_locales__en__compose_2ejson, sizeof file_locales__en__compose_2ejson - 1},
    {"locales/en/core.json", file_locales__en__core_2ejson, sizeof file_locales__en__core_2ejson - 1},
    {"locales/en/letter.json", file_locales__en__letter_2ejson, sizeof file_locales__en__letter_2ejson - 1},
    {"locales/en/mail.json", file_locales__en__mail_2ejson, sizeof file_locales__en__mail_2ejson - 1},
    {"locales/en/rules.json", file_locales__en__rules_2ejson, sizeof file_locales__en__rules_2ejson - 1},
    {"locales/en/settings.json", file_locales__en__settings_2ejson, sizeof file_locales__en__settings_2ejson - 1},
    {"locales/en/setup.json", file_locales__en__setup_2ejson, sizeof file_locales__en__setup_2ejson - 1},
    {"mail/actions.js", file_mail__actions_2ejs, sizeof file_mail__actions_2ejs - 1},
    {"mail/bulk.js", file_mail__bulk_2ejs, sizeof file_mail__bulk_2ejs - 1},
    {"mail/counts.js", file_mail__counts_2ejs, sizeof file_mail__counts_2ejs - 1},
    {"mail/folder-dialogs.js", file_mail__folder_2ddialogs_2ejs, sizeof file_mail__folder_2ddialogs_2ejs - 1},
    {"mail/folders.js", file_mail__folders_2ejs, sizeof file_mail__folders_2ejs - 1},
    {"mail/help.js", file_mail__help_2ejs, sizeof file_mail__help_2ejs - 1},
    {"mail/key-map.js", file_mail__key_2dmap_2ejs, sizeof file_mail__key_2dmap_2ejs - 1},
    {"mail/labels.js", file_mail__labels_2ejs, sizeof file_mail__labels_2ejs - 1},
    {"mail/list-pane.js", file_mail__list_2dpane_2ejs, sizeof file_mail__list_2dpane_2ejs - 1},
    {"mail/list-pointer.js", file_mail__list_2dpointer_2ejs, sizeof file_mail__list_2dpointer_2ejs - 1},
    {"mail/mail.js", file_mail__mail_2ejs, sizeof file_mail__mail_2ejs - 1},
    {"mail/newcomers.js", file_mail__newcomers_2ejs, sizeof file_mail__newcomers_2ejs - 1},
    {"mail/row.js", file_mail__row_2ejs, sizeof file_mail__row_2ejs - 1},
    {"mail/search-box.js", file_mail__search_2dbox_2ejs, sizeof file_mail__search_2dbox_2ejs - 1},
    {"mail/searches.js", file_mail__searches_2ejs, sizeof file_mail__searches_2ejs - 1},
    {"mail/selection.js", file_mail__selection_2ejs, sizeof file_mail__selection_2ejs - 1},
    {"mail/snippets.js", file_mail__snippets_2ejs, sizeof file_mail__snippets_2ejs - 1},
    {"mail/snooze.js", file_mail__snooze_2ejs, sizeof file_mail__snooze_2ejs - 1},
    {"mail/swipe-choice.js", file_mail__swipe_2dchoice_2ejs, sizeof file_mail__swipe_2dchoice_2ejs - 1},
    {"mail/swipe.js", file_mail__swipe_2ejs, sizeof file_mail__swipe_2ejs - 1},
    {"mail/thread-row.js", file_mail__thread_2drow_2ejs, sizeof file_mail__thread_2drow_2ejs - 1},
    {"mail/toolbar.js", file_mail__toolbar_2ejs, sizeof file_mail__toolbar_2ejs - 1},
    {"mail/tree.js", file_mail__tree_2ejs, sizeof file_mail__tree_2ejs - 1},
    {"mail/triage.js", file_mail__triage_2ejs, sizeof file_mail__triage_2ejs - 1},
    {"mail/view.js", file_mail__view_2ejs, sizeof file_mail__view_2ejs - 1},
    {"mail/virtual.js", file_mail__virtual_2ejs, sizeof file_mail__virtual_2ejs - 1},
    {"main.js", file_main_2ejs, sizeof file_main_2ejs - 1},
    {"manifest.webmanifest", file_manifest_2ewebmanifest, sizeof file_manifest_2ewebmanifest - 1},
    {"offline/changestorage.js", file_offline__changestorage_2ejs, sizeof file_offline__changestorage_2ejs - 1},
    {"offline/database.js", file_offline__database_2ejs, sizeof file_offline__database_2ejs - 1},
    {"offline/files.js", file_offline__files_2ejs, sizeof file_offline__files_2ejs - 1},
    {"offline/filter.js", file_offline__filter_2ejs, sizeof file_offline__filter_2ejs - 1},
    {"offline/keeper.js", file_offline__keeper_2ejs, sizeof file_offline__keeper_2ejs - 1},
    {"offline/localserver.js", file_offline__localserver_2ejs, sizeof file_offline__localserver_2ejs - 1},
    {"offline/offline.js", file_offline__offline_2ejs, sizeof file_offline__offline_2ejs - 1},
    {"offline/outbox.js", file_offline__outbox_2ejs, sizeof file_offline__outbox_2ejs - 1},
    {"offline/push.js", file_offline__push_2ejs, sizeof file_offline__push_2ejs - 1},
    {"offline/room.js", file_offline__room_2ejs, sizeof file_offline__room_2ejs - 1},
    {"offline/rows.js", file_offline__rows_2ejs, sizeof file_offline__rows_2ejs - 1},
    {"offline/worker.js", file_offline__worker_2ejs, sizeof file_offline__worker_2ejs - 1},
    {"rules/beginning.js", file_rules__beginning_2ejs, sizeof file_rules__beginning_2ejs - 1},
    {"rules/dialog.js", file_rules__dialog_2ejs, sizeof file_rules__dialog_2ejs - 1},
    {"rules/here.js", file_rules__here_2ejs, sizeof file_rules__here_2ejs - 1},
    {"rules/lists.js", file_rules__lists_2ejs, sizeof file_rules__lists_2ejs - 1},
    {"rules/words.js", file_rules__words_2ejs, sizeof file_rules__words_2ejs - 1},
    {"search/keyword.js", file_search__keyword_2ejs, sizeof file_search__keyword_2ejs - 1},
    {"search/query.js", file_search__query_2ejs, sizeof file_search__query_2ejs - 1},
    {"settings/deletions.js", file_settings__deletions_2ejs, sizeof file_settings__deletions_2ejs - 1},
    {"settings/devices.js", file_settings__devices_2ejs, sizeof file_settings__devices_2ejs - 1},
    {"settings/folderchoices.js", file_settings__folderchoices_2ejs, sizeof file_settings__folderchoices_2ejs - 1},
    {"settings/history.js", file_settings__history_2ejs, sizeof file_settings__history_2ejs - 1},
    {"settings/kept.js", file_settings__kept_2ejs, sizeof file_settings__kept_2ejs - 1},
    {"settings/maildrop.js", file_settings__maildrop_2ejs, sizeof file_settings__maildrop_2ejs - 1},
    {"settings/maildropfields.js", file_settings__maildropfields_2ejs, sizeof file_settings__maildropfields_2ejs - 1},
    {"settings/maildropform.js", file_settings__maildropform_2ejs, sizeof file_settings__maildropform_2ejs - 1},
    {"settings/maildrops.js", file_settings__maildrops_2ejs, sizeof file_settings__maildrops_2ejs - 1},
    {"settings/maildropvalues.js", file_settings__maildropvalues_2ejs, sizeof file_settings__maildropvalues_2ejs - 1},
    {"settings/messages.js", file_settings__messages_2ejs, sizeof file_settings__messages_2ejs - 1},
    {"settings/newdevice.js", file_settings__newdevice_2ejs, sizeof file_settings__newdevice_2ejs - 1},
    {"settings/newmaildrop.js", file_settings__newmaildrop_2ejs, sizeof file_settings__newmaildrop_2ejs - 1},
    {"settings/pages.js", file_settings__pages_2ejs, sizeof file_settings__pages_2ejs - 1},
    {"settings/passkeys.js", file_settings__passkeys_2ejs, sizeof file_settings__passkeys_2ejs - 1},
    {"settings/password.js", file_settings__password_2ejs, sizeof file_settings__password_2ejs - 1},
    {"settings/people.js", file_settings__people_2ejs, sizeof file_settings__people_2ejs - 1},
    {"settings/polls.js", file_settings__polls_2ejs, sizeof file_settings__polls_2ejs - 1},
    {"settings/push.js", file_settings__push_2ejs, sizeof file_settings__push_2ejs - 1},
    {"settings/report.js", file_settings__report_2ejs, sizeof file_settings__report_2ejs - 1},
    {"settings/retention.js", file_settings__retention_2ejs, sizeof file_settings__retention_2ejs - 1},
    {"settings/rules.js", file_settings__rules_2ejs, sizeof file_settings__rules_2ejs - 1},
    {"settings/sessions.js", file_settings__sessions_2ejs, sizeof file_settings__sessions_2ejs - 1},
    {"settings/settings.js", file_settings__settings_2ejs, sizeof file_settings__settings_2ejs - 1},
    {"settings/status.js", file_settings__status_2ejs, sizeof file_settings__status_2ejs - 1},
    {"settings/storage.js", file_settings__storage_2ejs, sizeof file_settings__storage_2ejs - 1},
    {"settings/words.js", file_settings__words_2ejs, sizeof file_settings__words_2ejs - 1},
    {"settings/you.js", file_settings__you_2ejs, sizeof file_settings__you_2ejs - 1},
    {"setup/arrival.js", file_setup__arrival_2ejs, sizeof file_setup__arrival_2ejs - 1},
    {"setup/person.js", file_setup__person_2ejs, sizeof file_setup__person_2ejs - 1},
    {"setup/setup.js", file_setup__setup_2ejs, sizeof file_setup__setup_2ejs - 1},
    {"style/base.css", file_style__base_2ecss, sizeof file_style__base_2ecss - 1},
    {"style/letter.css", file_style__letter_2ecss, sizeof file_style__letter_2ecss - 1},
    {"style/mail.css", file_style__mail_2ecss, sizeof file_style__mail_2ecss - 1},
    {"style/settings.css", file_style__settings_2ecss, sizeof file_style__settings_2ecss - 1},
    {"style/shell.css", file_style__shell_2ecss, sizeof file_style__shell_2ecss - 1},
    {"sw.js", file_sw_2ejs, sizeof file_sw_2ejs - 1},
};

size_t restante_web_file_count(void) { return sizeof files / sizeof files[0]; }

const struct restante_web_file *restante_web_file_at(size_t index) { return &files[index]; }

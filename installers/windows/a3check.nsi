; a3check's setup. What the build gives: VERSION (0.1.0), NUMBERS (0.1.0.0), NAME (the file without .exe), MARK (of its content), WORK, FAST.
; Exit codes, options and what is touched: docs/instalacao.md.
Target amd64-unicode
Unicode true
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef FAST
  SetCompress off
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 32
!endif

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include nsDialogs.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\a3check"
!define WINDOW "a3check-janela.exe"
!define CLASSES "Software\Classes"
!define REPORT "a3check.Relatorio" ; the ProgID of a received report
!define OLD_WINDOWS 10
!define OPEN 11
!define NO_RIGHTS 12
!define NOT_WRITTEN 13
!define CLOSING 50 ; times 200 ms

Name "a3check"
OutFile "${NAME}.exe"
Caption "Instalação do a3check ${VERSION}"
UninstallCaption "Remoção do a3check"
BrandingText "a3check ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "a3check"
VIAddVersionKey "CompanyName" "a3check"
VIAddVersionKey "FileDescription" "Instalação do a3check"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "GPL-3.0-or-later"
VIAddVersionKey "Comments" "${MARK}"

Var Everybody  ; 1: for all users of the computer
Var Before     ; the version that is there already
Var Rights
Var Choice
Var Reports    ; 1: received reports are opened by a double click
Var Data       ; 1: the user's own data go, too
Var Box
Var ReportsBox

!define MUI_ICON "a3check.ico"
!define MUI_UNICON "a3check.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${WORK}/banner.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${WORK}/banner.bmp"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "$(welcome_title)"
!define MUI_WELCOMEPAGE_TEXT "$(welcome_text)"
!insertmacro MUI_PAGE_WELCOME
Page custom ask_whom leave_whom
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "O a3check está instalado"
!define MUI_FINISHPAGE_TEXT "Ele está no menu Iniciar, com o nome a3check.$\r$\n$\r$\nConecte o token e clique em Concluir para começar."
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW}"
!define MUI_FINISHPAGE_RUN_TEXT "&Abrir o a3check agora"
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_TEXT "Criar um atalho na área de &trabalho"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION make_desktop_shortcut
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.ask_data un.leave_data
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "PortugueseBR"

LangString welcome_title ${LANG_PORTUGUESEBR} "Instalar o a3check"
LangString welcome_text ${LANG_PORTUGUESEBR} "O a3check descobre por que o certificado A3 não entra no INSS Digital: diz a causa, quem resolve e o que fazer.$\r$\n$\r$\nA instalação leva menos de um minuto e não precisa de senha de administrador.$\r$\n$\r$\nClique em Próximo."
LangString open_text ${LANG_PORTUGUESEBR} "O a3check está aberto. Para continuar, ele precisa ser fechado.$\r$\n$\r$\nFechar o a3check agora?"
LangString still_open ${LANG_PORTUGUESEBR} "O a3check continua aberto, ou outro programa usa a pasta dele. Feche-o e tente de novo."

; ---- what setup and uninstaller share

!macro Shared un
Function ${un}find_rights
  UserInfo::GetAccountType
  Pop $Rights
FunctionEnd

Function ${un}use_context
  SetRegView 64
  ${If} $Everybody == 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; $0: 1 where a program of this folder is running. Windows lets nobody write to a program that runs.
Function ${un}look_whether_open
  StrCpy $0 0
  ${IfNot} ${FileExists} "$INSTDIR\${WINDOW}"
    Return
  ${EndIf}
  ClearErrors
  FileOpen $1 "$INSTDIR\${WINDOW}" a
  ${If} ${Errors}
    StrCpy $0 1
    Return
  ${EndIf}
  FileClose $1
  ${If} ${FileExists} "$INSTDIR\a3check.exe"
    ClearErrors
    FileOpen $1 "$INSTDIR\a3check.exe" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
FunctionEnd

; Asks the window to close, as its own X does, and waits. $0 as above.
Function ${un}close_program
  nsExec::Exec 'taskkill.exe /IM ${WINDOW}'
  Pop $0
  StrCpy $2 0
  ${Do}
    Call ${un}look_whether_open
    ${If} $0 == 0
    ${OrIf} $2 >= ${CLOSING}
      ${ExitDo}
    ${EndIf}
    Sleep 200
    IntOp $2 $2 + 1
  ${Loop}
FunctionEnd

; $0: 0 where it may go on.
Function ${un}see_that_it_is_closed
  Call ${un}look_whether_open
  ${If} $0 == 0
    Return
  ${EndIf}
  ${GetParameters} $3
  ClearErrors
  ${GetOptions} $3 "/Close" $4
  ${IfNot} ${Errors}
    Call ${un}close_program
    Return
  ${EndIf}
  ${If} ${Silent}
    Return
  ${EndIf}
  ${Do}
    MessageBox MB_YESNO|MB_ICONQUESTION "$(open_text)" IDYES +3
    StrCpy $0 1
    Return
    Call ${un}close_program
    ${If} $0 == 0
      Return
    ${EndIf}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(still_open)"
  ${Loop}
FunctionEnd

; Only what a setup of a3check has put there; a folder of somebody else's with the same name stays.
Function ${un}remove_program
  ${IfNot} ${FileExists} "$INSTDIR\licencas\montagem.json"
    Return
  ${EndIf}
  ClearErrors
  RMDir /r "$INSTDIR\lib"
  RMDir /r "$INSTDIR\runtime"
  RMDir /r "$INSTDIR\licencas"
  Delete "$INSTDIR\a3check.exe"
  Delete "$INSTDIR\${WINDOW}"
  Delete "$INSTDIR\LICENSE.txt"
FunctionEnd

; Takes back what make_reports has put there, as far as it still leads to this folder's program. The keys of .zip and
; .json are others': only our own value in them goes, and the keys themselves where nothing else is left in them.
Function ${un}remove_reports
  ReadRegStr $0 SHCTX "${CLASSES}\${REPORT}\shell\open\command" ""
  ${If} $0 != '"$INSTDIR\${WINDOW}" abrir "%1"'
    Return
  ${EndIf}
  DeleteRegKey SHCTX "${CLASSES}\${REPORT}"
  DeleteRegKey SHCTX "${CLASSES}\Applications\${WINDOW}"
  ReadRegStr $0 SHCTX "${CLASSES}\.a3check" ""
  ${If} $0 == "${REPORT}"
    DeleteRegValue SHCTX "${CLASSES}\.a3check" ""
  ${EndIf}
  StrCpy $1 ".a3check"
  Call ${un}remove_report_kind
  StrCpy $1 ".zip"
  Call ${un}remove_report_kind
  StrCpy $1 ".json"
  Call ${un}remove_report_kind
  ${RefreshShellIcons}
FunctionEnd

Function ${un}remove_report_kind
  DeleteRegValue SHCTX "${CLASSES}\$1\OpenWithProgids" "${REPORT}"
  DeleteRegKey /ifempty SHCTX "${CLASSES}\$1\OpenWithProgids"
  DeleteRegKey /ifempty SHCTX "${CLASSES}\$1"
FunctionEnd
!macroend
!insertmacro Shared ""
!insertmacro Shared "un."

; ---- setup

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    SetErrorLevel ${OLD_WINDOWS}
    MessageBox MB_OK|MB_ICONSTOP "O a3check precisa do Windows 10 ou 11, de 64 bits." /SD IDOK
    Quit
  ${EndIf}
  SetRegView 64
  Call find_rights
  ${GetParameters} $0
  StrCpy $Everybody 0
  ReadRegStr $1 HKLM "${UNINSTALL}" "InstallLocation"
  ReadRegStr $2 HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $1 != ""
  ${AndIf} $2 == ""
    StrCpy $Everybody 1 ; it is there for all: that one is replaced
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/CurrentUser" $1
  ${IfNot} ${Errors}
    StrCpy $Everybody 0
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    StrCpy $Everybody 1
  ${EndIf}
  ${If} ${Silent}
  ${AndIf} $Everybody == 1
  ${AndIf} $Rights != "Admin"
    SetErrorLevel ${NO_RIGHTS}
    Quit
  ${EndIf}
  Call choose_folder
  ; What was chosen before counts for updates, too.
  StrCpy $Reports 1
  ReadRegDWORD $1 SHCTX "${UNINSTALL}" "NoReports"
  ${If} $1 == 1
    StrCpy $Reports 0
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/NoReports" $1
  ${IfNot} ${Errors}
    StrCpy $Reports 0
  ${EndIf}
FunctionEnd

; /D= wins; then where it is already; then the usual place. A folder with things of others gets one of ours inside.
Function choose_folder
  Call use_context
  ReadRegStr $Before SHCTX "${UNINSTALL}" "DisplayVersion"
  ${If} $Choice != ""
  ${OrIf} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL}" "InstallLocation"
    StrCpy $Choice 1
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $Everybody == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\a3check"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\a3check"
    ${EndIf}
  ${EndIf}
  ${IfNot} ${FileExists} "$INSTDIR\licencas\montagem.json"
  ${AndIf} ${FileExists} "$INSTDIR\*.*"
    ${DirState} "$INSTDIR" $0
    ${If} $0 == 1
      StrCpy $INSTDIR "$INSTDIR\a3check"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function ask_whom
  ${If} $Before == "${VERSION}"
    !insertmacro MUI_HEADER_TEXT "Reparar o a3check" "A versão ${VERSION} já está instalada: os arquivos dela são postos de novo."
  ${ElseIf} $Before != ""
    !insertmacro MUI_HEADER_TEXT "Atualizar o a3check" "Da versão $Before para a ${VERSION}. O que você testou continua guardado."
  ${Else}
    !insertmacro MUI_HEADER_TEXT "Para quem é a instalação?" "Na dúvida, deixe como está."
  ${EndIf}
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "Só para &mim: não pede senha de administrador"
  Pop $0
  ${NSD_CreateRadioButton} 0 30u 100% 12u "Para &todos neste computador: pede a senha de administrador"
  Pop $Box
  ${If} $Everybody == 1
    ${NSD_Check} $Box
  ${Else}
    ${NSD_Check} $0
  ${EndIf}
  ${NSD_CreateCheckbox} 0 54u 100% 12u "Abrir com o a3check os &relatórios recebidos (arquivos .a3check)"
  Pop $ReportsBox
  ${If} $Reports == 1
    ${NSD_Check} $ReportsBox
  ${EndIf}
  ${NSD_CreateLabel} 0 78u 100% 34u "O a3check ocupa cerca de 90 MB. Nada sai do computador durante a instalação."
  Pop $0
  nsDialogs::Show
FunctionEnd

Function leave_whom
  StrCpy $1 $Everybody
  ${NSD_GetState} $Box $Everybody
  ${NSD_GetState} $ReportsBox $Reports
  ${If} $Everybody == 1
  ${AndIf} $Rights != "Admin"
    ; Windows asks for the administrator; that setup begins anew, this one ends.
    StrCpy $2 "/AllUsers"
    ${If} $Reports != 1
      StrCpy $2 "/AllUsers /NoReports"
    ${EndIf}
    ClearErrors
    ExecShell "runas" "$EXEPATH" "$2"
    ${If} ${Errors}
      StrCpy $Everybody 0
      MessageBox MB_OK|MB_ICONINFORMATION "Sem a senha de administrador, o a3check só pode ser instalado para você."
      Abort
    ${EndIf}
    Quit
  ${EndIf}
  ${If} $Everybody != $1
    Call choose_folder
  ${EndIf}
  Call see_that_it_is_closed
  ${If} $0 != 0
    Abort
  ${EndIf}
FunctionEnd

Section
  Call use_context
  Call see_that_it_is_closed
  ${If} $0 != 0
    SetErrorLevel ${OPEN}
    Quit
  ${EndIf}
  Call remove_program
  ClearErrors
  !include "${WORK}/files.nsh"
  WriteUninstaller "$INSTDIR\desinstalar.exe"
  ${If} ${Errors}
    SetErrorLevel ${NOT_WRITTEN}
    MessageBox MB_OK|MB_ICONSTOP "Nem todos os arquivos puderam ser gravados em $INSTDIR. Confira se há espaço no disco e instale de novo." /SD IDOK
    Quit
  ${EndIf}
  SetOutPath "$INSTDIR"
  CreateShortcut "$SMPROGRAMS\a3check.lnk" "$INSTDIR\${WINDOW}" "" "$INSTDIR\${WINDOW}" 0 SW_SHOWNORMAL "" "Por que o certificado A3 não entra no INSS Digital"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "a3check"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "a3check"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${WINDOW}"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\desinstalar.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\desinstalar.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $0
  Call remove_reports
  ${If} $Reports == 1
    DeleteRegValue SHCTX "${UNINSTALL}" "NoReports"
    Call make_reports
  ${Else}
    WriteRegDWORD SHCTX "${UNINSTALL}" "NoReports" 1
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/Desktop" $1
  ${IfNot} ${Errors}
    Call make_desktop_shortcut
  ${EndIf}
SectionEnd

Function make_desktop_shortcut
  CreateShortcut "$DESKTOP\a3check.lnk" "$INSTDIR\${WINDOW}"
FunctionEnd

; A double click opens .a3check; for .zip and .json a3check stands in "Abrir com", and what opens them stays.
Function make_reports
  WriteRegStr SHCTX "${CLASSES}\${REPORT}" "" "Relatório do a3check"
  WriteRegStr SHCTX "${CLASSES}\${REPORT}\DefaultIcon" "" '"$INSTDIR\${WINDOW}",0'
  WriteRegStr SHCTX "${CLASSES}\${REPORT}\shell\open\command" "" '"$INSTDIR\${WINDOW}" abrir "%1"'
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW}" "FriendlyAppName" "a3check"
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW}\shell\open\command" "" '"$INSTDIR\${WINDOW}" abrir "%1"'
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".a3check" ""
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".zip" ""
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".json" ""
  ReadRegStr $0 SHCTX "${CLASSES}\.a3check" ""
  ${If} $0 == ""
    WriteRegStr SHCTX "${CLASSES}\.a3check" "" "${REPORT}"
  ${EndIf}
  WriteRegStr SHCTX "${CLASSES}\.a3check\OpenWithProgids" "${REPORT}" ""
  WriteRegStr SHCTX "${CLASSES}\.zip\OpenWithProgids" "${REPORT}" ""
  WriteRegStr SHCTX "${CLASSES}\.json\OpenWithProgids" "${REPORT}" ""
  ${RefreshShellIcons}
FunctionEnd

; ---- uninstaller

Function un.onInit
  SetRegView 64
  Call un.find_rights
  StrCpy $Everybody 0
  ReadRegStr $0 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $0 == $INSTDIR
    StrCpy $Everybody 1
    ${If} $Rights != "Admin"
      ${If} ${Silent}
        SetErrorLevel ${NO_RIGHTS}
      ${Else}
        ExecShell "runas" "$INSTDIR\desinstalar.exe"
      ${EndIf}
      Quit
    ${EndIf}
  ${EndIf}
  StrCpy $Data 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/Dados" $1
  ${IfNot} ${Errors}
    StrCpy $Data 1
  ${EndIf}
FunctionEnd

Function un.ask_data
  !insertmacro MUI_HEADER_TEXT "Remover o a3check" "O programa sai deste computador."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 6u 100% 24u "O que você testou (o histórico e o que preencheu) pode ficar para uma próxima instalação."
  Pop $0
  ${NSD_CreateCheckbox} 0 36u 100% 12u "&Apagar também os meus dados"
  Pop $Box
  ${NSD_CreateLabel} 12u 52u 95% 34u "Fica só a contagem de senhas não aceitas, enquanto ela protege um token de ser bloqueado. Os relatórios que você salvou em outras pastas continuam lá."
  Pop $0
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:&Remover"
  nsDialogs::Show
FunctionEnd

Function un.leave_data
  ${NSD_GetState} $Box $Data
  Call un.see_that_it_is_closed
  ${If} $0 != 0
    Abort
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.use_context
  Call un.see_that_it_is_closed
  ${If} $0 != 0
    SetErrorLevel ${OPEN}
    Quit
  ${EndIf}
  Call un.remove_program
  Delete "$INSTDIR\desinstalar.exe"
  RMDir "$INSTDIR"
  Call un.remove_shortcut
  Call un.remove_reports
  DeleteRegKey SHCTX "${UNINSTALL}"
  ${If} $Data == 1
    Call un.remove_data
  ${EndIf}
SectionEnd

Function un.remove_shortcut
  Delete "$SMPROGRAMS\a3check.lnk"
  Delete "$DESKTOP\a3check.lnk"
FunctionEnd

; All but tries\ and the key that goes with it, as "Apagar meus dados" does.
Function un.remove_data
  SetShellVarContext current
  StrCpy $3 "$LOCALAPPDATA\a3check"
  ${IfNot} ${FileExists} "$3\*.*"
    Return
  ${EndIf}
  FindFirst $0 $1 "$3\*.*"
  ${DoWhile} $1 != ""
    ${If} $1 != "."
    ${AndIf} $1 != ".."
    ${AndIf} $1 != "tries"
    ${AndIf} $1 != "key"
      ${If} ${FileExists} "$3\$1\*.*"
        RMDir /r "$3\$1"
      ${Else}
        Delete "$3\$1"
      ${EndIf}
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
  RMDir "$3\tries"
  ${IfNot} ${FileExists} "$3\tries\*.*"
    Delete "$3\key"
  ${EndIf}
  RMDir "$3"
FunctionEnd

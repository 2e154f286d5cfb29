"""The countries of ISO 3166-1: alpha-2, alpha-3, the name shown, and what else people call them."""

# Beside ISO's list stand XK, which the EU and the banks use for Kosovo, and AN, withdrawn in 2010 but still
# reserved: tables go on naming the Netherlands Antilles. After the bar stand names in scripts that only the
# romaniser reads; Cyrillic and Hebrew need none, and what they romanise to need not stand here as well.
# A line that begins with spaces goes on.
TABLE = """
AD AND Andorra
AE ARE United Arab Emirates, UAE, Emirates | الإمارات العربية المتحدة
AF AFG Afghanistan | افغانستان
AG ATG Antigua and Barbuda
AI AIA Anguilla
AL ALB Albania, Shqipëria, Shqipëri
AM ARM Armenia | Հայաստան
AN ANT Netherlands Antilles
AO AGO Angola
AQ ATA Antarctica, Antarctica (the territory South of 60 deg S)
AR ARG Argentina
AS ASM American Samoa
AT AUT Austria, Österreich
AU AUS Australia
AW ABW Aruba
AX ALA Åland Islands, Åland
AZ AZE Azerbaijan, Azerbaycan
BA BIH Bosnia and Herzegovina, Bosnia, Bosnia-Hercegovina, Bosna i Hercegovina
BB BRB Barbados
BD BGD Bangladesh, Bangla Desh | বাংলাদেশ
BE BEL Belgium, België, Belgique, Belgien
BF BFA Burkina Faso
BG BGR Bulgaria, България
BH BHR Bahrain | البحرين
BI BDI Burundi, Uburundi
BJ BEN Benin
BL BLM Saint Barthélemy
BM BMU Bermuda
BN BRN Brunei, Brunei Darussalam | بروني
BO BOL Bolivia, Plurinational State of Bolivia
BQ BES Caribbean Netherlands, Bonaire Sint Eustatius and Saba, Bonaire, Caribisch Nederland
BR BRA Brazil, Brasil
BS BHS Bahamas
BT BTN Bhutan | འབྲུག
BV BVT Bouvet Island, Bouvet Island (Bouvetoya)
BW BWA Botswana
BY BLR Belarus, Belorussia, Byelorussia, Białoruś, Беларусь
BZ BLZ Belize
CA CAN Canada
CC CCK Cocos (Keeling) Islands, Cocos Islands, Keeling Islands
CD COD DR Congo, Democratic Republic of the Congo, Congo-Kinshasa, DRC, Zaire
CF CAF Central African Republic, CAR, Ködörösêse tî Bêafrîka, République centrafricaine
CG COG Congo, Congo-Brazzaville, Republic of the Congo
CH CHE Switzerland, Swiss Confederation, Schweiz, Suisse, Svizzera, Svizra
CI CIV Côte d'Ivoire, Ivory Coast, Cote d Ivoire
CK COK Cook Islands
CL CHL Chile
CM CMR Cameroon, Cameroun
CN CHN China, PRC, Mainland China | 中国
CO COL Colombia
CR CRI Costa Rica
CU CUB Cuba
CV CPV Cape Verde, Cabo Verde
CW CUW Curaçao, Kòrsou
CX CXR Christmas Island
CY CYP Cyprus, Kıbrıs | Κύπρος
CZ CZE Czechia, Czech Republic, Česká republika, Czech, Česko
DE DEU Germany, Deutschland
DJ DJI Djibouti | جيبوتي
DK DNK Denmark, Danmark
DM DMA Dominica
DO DOM Dominican Republic, República Dominicana
DZ DZA Algeria, Algérie | الجزائر
EC ECU Ecuador
EE EST Estonia, Eesti
EG EGY Egypt, Arab Republic of Egypt | مصر
EH ESH Western Sahara | الصحراء الغربية
ER ERI Eritrea | ኤርትራ, إريتريا
ES ESP Spain, España
ET ETH Ethiopia | ኢትዮጵያ
FI FIN Finland, Suomi
FJ FJI Fiji
FK FLK Falkland Islands, Falkland Islands (Malvinas), Malvinas, Falklands
FM FSM Micronesia, Federated States of Micronesia
FO FRO Faroe Islands, Faroes, Faeroe Islands, Føroyar
FR FRA France, République française
GA GAB Gabon
GB GBR United Kingdom, Great Britain, Britain, UK, England, Scotland, Wales, Northern Ireland,
  United Kingdom of Great Britain and Northern Ireland
GD GRD Grenada
GE GEO Georgia | საქართველო
GF GUF French Guiana, Guyane française
GG GGY Guernsey
GH GHA Ghana
GI GIB Gibraltar
GL GRL Greenland, Kalaallit Nunaat
GM GMB Gambia
GN GIN Guinea, Guinée
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea, Guinea Ecuatorial, Guinée équatoriale, Guiné Equatorial
GR GRC Greece, Hellas, Hellenic Republic, EL | Ελλάδα
GS SGS South Georgia and the South Sandwich Islands
GT GTM Guatemala
GU GUM Guam
GW GNB Guinea-Bissau, Guiné-Bissau
GY GUY Guyana
HK HKG Hong Kong, Hong Kong SAR, Hongkong | 香港
HM HMD Heard Island and McDonald Islands
HN HND Honduras
HR HRV Croatia, Hrvatska
HT HTI Haiti
HU HUN Hungary, Magyarország
ID IDN Indonesia
IE IRL Ireland, Éire
IL ISR Israel, State of Israel, ישראל | إسرائيل
IM IMN Isle of Man, Ellan Vannin
IN IND India | भारत
IO IOT British Indian Ocean Territory, British Indian Ocean Territory (Chagos Archipelago),
  Chagos Archipelago, BIOT
IQ IRQ Iraq | العراق
IR IRN Iran, Persia | ایران
IS ISL Iceland, Ísland
IT ITA Italy, Italia
JE JEY Jersey
JM JAM Jamaica
JO JOR Jordan | الأردن
JP JPN Japan, Nippon | 日本
KE KEN Kenya
KG KGZ Kyrgyzstan, Kyrgyz Republic, Kirghizia, Kirgizstan
KH KHM Cambodia, Kampuchea | កម្ពុជា
KI KIR Kiribati
KM COM Comoros, Comores | جزر القمر
KN KNA Saint Kitts and Nevis
KP PRK North Korea, Democratic People's Republic of Korea, DPRK | 북한
KR KOR South Korea, Republic of Korea, Korea, ROK | 대한민국
KW KWT Kuwait | الكويت
KY CYM Cayman Islands
KZ KAZ Kazakhstan | Қазақстан
LA LAO Laos, Lao People's Democratic Republic, Lao PDR | ລາວ
LB LBN Lebanon | لبنان
LC LCA Saint Lucia
LI LIE Liechtenstein, Liächteschtäi
LK LKA Sri Lanka | ශ්‍රී ලංකාව, இலங்கை
LR LBR Liberia
LS LSO Lesotho
LT LTU Lithuania, Lietuva
LU LUX Luxembourg, Lëtzebuerg, Luxemburg
LV LVA Latvia, Latvija
LY LBY Libya, Libyan Arab Jamahiriya, State of Libya | ليبيا
MA MAR Morocco, Maroc | المغرب
MC MCO Monaco
MD MDA Moldova, Moldavia, Republica Moldova
ME MNE Montenegro, Crna Gora
MF MAF Saint Martin, Saint Martin (French part)
MG MDG Madagascar, Madagasikara
MH MHL Marshall Islands
MK MKD North Macedonia, Macedonia, FYROM, FYR Macedonia, The former Yugoslav Republic of Macedonia,
  Северна Македонија
ML MLI Mali
MM MMR Myanmar, Burma | မြန်မာ
MN MNG Mongolia, Монгол
MO MAC Macao, Macau, Macao SAR | 澳門
MP MNP Northern Mariana Islands
MQ MTQ Martinique
MR MRT Mauritania | موريتانيا
MS MSR Montserrat
MT MLT Malta
MU MUS Mauritius, Maurice
MV MDV Maldives, Maldive Islands | ދިވެހި ރާއްޖެ
MW MWI Malawi
MX MEX Mexico, México
MY MYS Malaysia
MZ MOZ Mozambique, Moçambique
NA NAM Namibia
NC NCL New Caledonia, Nouvelle-Calédonie
NE NER Niger
NF NFK Norfolk Island
NG NGA Nigeria, Nàìjíríà
NI NIC Nicaragua
NL NLD Netherlands, Holland, Nederland
NO NOR Norway, Norge, Noreg
NP NPL Nepal
NR NRU Nauru
NU NIU Niue
NZ NZL New Zealand, Aotearoa
OM OMN Oman | عُمان
PA PAN Panama
PE PER Peru
PF PYF French Polynesia, Polynésie française
PG PNG Papua New Guinea, Papua Niugini
PH PHL Philippines, Pilipinas
PK PAK Pakistan | پاکستان
PL POL Poland, Polska
PM SPM Saint Pierre and Miquelon, Saint-Pierre-et-Miquelon
PN PCN Pitcairn Islands, Pitcairn
PR PRI Puerto Rico
PS PSE Palestine, State of Palestine, Palestinian Territory, Palestinian Territories,
  Occupied Palestinian Territory, West Bank and Gaza | الأراضي الفلسطينية
PT PRT Portugal
PW PLW Palau
PY PRY Paraguay, Paraguai
QA QAT Qatar | قطر
RE REU Réunion, La Réunion
RO ROU Romania, Roumania, Rumania
RS SRB Serbia, Србија
RU RUS Russia, Russian Federation, Россия
RW RWA Rwanda, U Rwanda
SA SAU Saudi Arabia, KSA | السعودية, المملكة العربية السعودية
SB SLB Solomon Islands
SC SYC Seychelles
SD SDN Sudan | السودان
SE SWE Sweden, Sverige
SG SGP Singapore, Singapura | 新加坡, சிங்கப்பூர்
SH SHN Saint Helena, Saint Helena Ascension and Tristan da Cunha
SI SVN Slovenia, Slovenija
SJ SJM Svalbard and Jan Mayen, Svalbard, Svalbard og Jan Mayen, Svalbard and Jan Mayen Islands
SK SVK Slovakia, Slovak Republic, Slovakia (Slovak Republic), Slovensko
SL SLE Sierra Leone
SM SMR San Marino
SN SEN Senegal, Senegaal
SO SOM Somalia, Soomaaliya | الصومال
SR SUR Suriname
SS SSD South Sudan
ST STP São Tomé and Príncipe, São Tomé e Príncipe
SV SLV El Salvador
SX SXM Sint Maarten, Sint Maarten (Dutch part)
SY SYR Syria, Syrian Arab Republic | سوريا
SZ SWZ Eswatini, Swaziland
TC TCA Turks and Caicos Islands
TD TCD Chad, Tchad | تشاد
TF ATF French Southern Territories, French Southern and Antarctic Lands
TG TGO Togo
TH THA Thailand | ไทย
TJ TJK Tajikistan | Тоҷикистон
TK TKL Tokelau
TL TLS Timor-Leste, East Timor
TM TKM Turkmenistan
TN TUN Tunisia, Tunisie | تونس
TO TON Tonga
TR TUR Türkiye, Turkey
TT TTO Trinidad and Tobago
TV TUV Tuvalu
TW TWN Taiwan, Taiwan Province of China, Republic of China, ROC, Chinese Taipei | 臺灣
TZ TZA Tanzania, United Republic of Tanzania
UA UKR Ukraine, Україна
UG UGA Uganda
UM UMI United States Minor Outlying Islands
US USA United States, America, United States of America
UY URY Uruguay
UZ UZB Uzbekistan, Oʻzbekiston, Ўзбекистон
VA VAT Vatican City, Holy See (Vatican City State), Vatican, Holy See, Vatican City State, Città del Vaticano
VC VCT Saint Vincent and the Grenadines, Saint Vincent
VE VEN Venezuela, Bolivarian Republic of Venezuela
VG VGB British Virgin Islands, BVI
VI VIR US Virgin Islands, U.S. Virgin Islands, United States Virgin Islands, USVI
VN VNM Vietnam, Viet Nam, Socialist Republic of Viet Nam
VU VUT Vanuatu
WF WLF Wallis and Futuna, Wallis-et-Futuna
WS WSM Samoa, Western Samoa
XK XKX Kosovo, Kosova
YE YEM Yemen | اليمن
YT MYT Mayotte
ZA ZAF South Africa, RSA
ZM ZMB Zambia
ZW ZWE Zimbabwe
"""

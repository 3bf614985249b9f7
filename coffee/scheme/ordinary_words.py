"""Names that are also ordinary words of English or Welsh, as people write them in the middle of a sentence."""

_WORDS = """
ace al alaw amber amity an angel april archer art as ash aspen aster at august aur autumn awen baker ball
banks barber barker barn baron basil bass bay bea bean bear beard beau beck bee bell berry best bill bin
bird bishop black blake blaze bloom blossom blue bo bob bold bond bonnie bonny booth bow bowl boy brand
brandy bridge bridges bright brook brooke brooks brown bryn buck bud bull bunny burn burns bush buster
butcher butler butter can candy cannon cap carol carpenter carry carter cash castle cat celyn chamber
chambers chance chapel chapman charity chase chip christian chuck church clark clay cliff clover coates
con cook coop cooper coral cotton court craft crane cricket cross crow cruise crystal curry dai daisy
dale dan dance dark dawn day deacon deal dean dear deer den destiny dick do dolly don dot dove down drake
draper drew driver drum duke dusty earl early east easter echo eden eira em ember enfys ernest eve ever
faith farmer fay felicity fern field fields finch fish fisher flint flood flora flower flowers fold foot
ford forest foster fox frank free freeman french friend frost fry gardener gates gay gene genesis gill
ginger glass glen glory glover glyn gold golden good grace grant grave graves gray green grey groom grove
guy gwawr gwen gwyn ha haf hale hall ham hand hands hank happy hardy hare harmony harper hart haven hawk
hazel he head heath heather heaven hedd hedge her herb heulwen hill hills him holly honey honor honour
hood hook hope horn house hunt hunter i in iris iron ivory ivy jack jade jasmine jay jean jersey jet
jewel joiner joy joyful judge june junior just justice key kin king kit kitchen knight lake lamb lance
land lane lark laurel law leaf liberty light lily linden link little llew lock long lord love low lucky
ma mace mai major man mark marsh marshal martin mason mat maverick max may mayor me meadow meadows medi
mel melody mercy merry mi mike mile miles mill miller mills min misty monk moon moor mor moss mould my
myrtle na nan nick no noble noel non norm north nos oak oasis ocean olive opal page painter pansy park
parks pat patience patsy peach peacock pearl peg penny pepper perry petal phoenix pike ping pip plant
plum pond pool pope poppy porter potter pound power precious price priest prince princess proctor
prudence queen quick rain raven ray read reader red reed reef remedy rice rich rider ring river rivers
roads rob robin rock rocky rod roman romance root rope rose rosemary rosy rowan ruby rush rusty sage
saint sally sands sandy savage scarlet school scout sea sell seren serenity shade sharp shaw shell
shepherd sherry ship shirley shoemaker short silver singer skinner skip sky small smart smith snow so sol
song soon south sparrow speed spice spike spring stable stag stamp star steel stella sterling stone storm
street strong sue summer summers sun sunny sweet swift tab tad tai tailor tan tanner tansy taylor tegan
teller temple the thorn tiger tiler tirion to too town trace treasure tree trinity trip true turner unity
vale van verity victory vie viola violet wade walker wall walls wan ward warren waters way we weaver
weeks well west wheeler white wild will willow win winter wise wolf wood woods woody wool word work worth
wren wright wyn you young zen zest zip
"""
ORDINARY = frozenset(_WORDS.split())

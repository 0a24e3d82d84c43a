"""GreenTrace 绿溯: the traceability chain of green food, from the plot to the pack and back.

The map, from the bottom up (an arrow never points up):

    errors                                   every refusal, with a stable code
    gs1 | identity | quantities              numbers and amounts that refuse to exist when wrong
    ledger | rules | epcis | labels | codes | parties | calendar | wording
    chain                                    the food: facts, admission, the lot graph
    oversight                                what regulators do
    exchange                                 ports to other systems
    store                                    the only place that speaks SQL
    usecases                                 what the system does, one verb a module

The folder is named like a module of the standard library, so the project runs from its root and is
never installed (docs/adr/0001).
"""

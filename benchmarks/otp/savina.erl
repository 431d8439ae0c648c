%% The rows of the Savina suite (Imam and Sarkar, 2014), and skynet. `contender/savina.ts` has the same numbers.
-module(savina).
-export([open/1]).

-define(ANGLE, 37.2).
-define(RUNNERS, 60).
-define(MEMBERS, 120).
-define(CLIENTS, 20).
-define(KEYS, 524288).
-define(WRITE_PERCENT, 10).
-define(CREATURES, 100).
-define(SEATS, 20).
-define(PRODUCERS, 40).
-define(CONSUMERS, 40).
-define(BUFFER, 50).

nothing() -> ok.

open('fork-join') ->
    Team = [spawn(fun() -> runner(0) end) || _ <- lists:seq(1, ?RUNNERS)],
    {fun(N) ->
        Each = N div ?RUNNERS,
        tell_all(Team, Each),
        [Each = ask(P) || P <- Team],
        Each * ?RUNNERS
     end, fun nothing/0};
open('fork-join-create') ->
    {fun(N) -> fork(N, self()), join(N, 0) end, fun nothing/0};
open(chameneos) ->
    {fun(N) ->
        Mall = self(),
        [spawn_link(fun() -> chameneo(Mall, I rem 3) end) || I <- lists:seq(0, ?CREATURES - 1)],
        Met = mall(N, none, ?CREATURES, 0),
        0 = Met rem 2,
        Met div 2
     end, fun nothing/0};
open(big) ->
    Members = [spawn(fun() -> receive {members, All} -> member(All, I, 0, 0, none, none) end end)
               || I <- lists:seq(0, ?MEMBERS - 1)],
    [P ! {members, list_to_tuple(Members)} || P <- Members],
    {fun(N) ->
        [P ! {go, N div ?MEMBERS, self()} || P <- Members],
        [receive {over, P} -> ok end || P <- Members],
        lists:sum([ask(P) || P <- Members])
     end, fun nothing/0};
open(dictionary) ->
    {ok, Dictionary} = gen_server:start(dictionary, ?KEYS, []),
    {fun(N) ->
        Self = self(),
        Each = N div ?CLIENTS,
        Clients = [spawn_link(fun() -> client(Dictionary, Chance, 0, Each), Self ! {over, self()} end)
                   || Chance <- lists:seq(0, ?CLIENTS - 1)],
        [receive {over, P} -> ok end || P <- Clients],
        gen_server:call(Dictionary, take)
     end, fun nothing/0};
open('bounded-buffer') ->
    {fun(N) ->
        Each = N div ?PRODUCERS,
        Manager = self(),
        [spawn_link(fun() -> consumer(Manager, 0, 0) end) || _ <- lists:seq(1, ?CONSUMERS)],
        [spawn_link(fun() -> self() ! produce, producer(Manager, 0, Each) end) || _ <- lists:seq(1, ?PRODUCERS)],
        {Consumed, Sum} = buffer(queue:new(), 0, queue:new(), 0, queue:new(), ?PRODUCERS),
        Sum = ?PRODUCERS * Each * (Each - 1) div 2,
        Consumed
     end, fun nothing/0};
open(philosophers) ->
    {fun(N) ->
        Each = N div ?SEATS,
        Table = self(),
        [spawn_link(fun() -> hungry(Table, Seat, Each) end) || Seat <- lists:seq(0, ?SEATS - 1)],
        table(erlang:make_tuple(?SEATS, false), 0, ?SEATS)
     end, fun nothing/0};
open(skynet) ->
    {fun(N) -> trees(leaves_within(N, 1), N, 0) end, fun nothing/0}.

ask(P) ->
    Ref = monitor(process, P),
    P ! {ask, self()},
    receive
        {counted, P, Counted} -> demonitor(Ref, [flush]), Counted;
        {'DOWN', Ref, process, _, Reason} -> exit(Reason)
    end.

compute(Theta) ->
    Sine = math:sin(Theta),
    true = Sine * Sine > 0.

%% fork-join: messages to each in turn.
runner(Handled) ->
    receive
        {ask, From} -> From ! {counted, self(), Handled}, runner(0);
        Theta -> compute(Theta), runner(Handled + 1)
    end.

tell_all(_, 0) -> ok;
tell_all(Team, N) -> [P ! ?ANGLE || P <- Team], tell_all(Team, N - 1).

%% fork-join-create: a process, a message, its end.
fork(N, Join) ->
    spawn_link(fun() -> fork_each(N, Join) end).

fork_each(0, _) -> ok;
fork_each(N, Join) ->
    P = spawn(fun() -> receive Theta -> compute(Theta), Join ! done end end),
    P ! ?ANGLE,
    fork_each(N - 1, Join).

join(0, Joined) -> Joined;
join(N, Joined) -> receive done -> join(N - 1, Joined + 1) end.

%% chameneos: whoever comes waits for the next, and both change their colours.
mall(_, _, 0, Met) -> Met;
mall(Left, Waiting, Creatures, Met) ->
    receive
        {meet, Who, _} when Left =:= 0 -> Who ! fade, mall(0, none, Creatures, Met);
        {meet, Who, _} when Waiting =:= none -> mall(Left, Who, Creatures, Met);
        {meet, _, _} = Meet -> Waiting ! Meet, mall(Left - 1, none, Creatures, Met);
        {faded, Times} -> mall(Left, Waiting, Creatures - 1, Met + Times)
    end.

chameneo(Mall, Colour) ->
    Mall ! {meet, self(), Colour},
    creature(Mall, Colour, 0).

creature(Mall, Colour, Met) ->
    receive
        {meet, Who, Other} ->
            New = complement(Colour, Other),
            Who ! {change, New},
            Mall ! {meet, self(), New},
            creature(Mall, New, Met + 1);
        {change, New} ->
            Mall ! {meet, self(), New},
            creature(Mall, New, Met + 1);
        fade -> Mall ! {faded, Met}
    end.

complement(Colour, Colour) -> Colour;
complement(One, Other) -> 3 - One - Other.

%% big: everybody pings somebody by chance, waits for the pong, and answers everybody's pings meanwhile.
member(All, Chance, Answered, Left, Expected, Referee) ->
    receive
        {ping, From} ->
            From ! {pong, self()},
            member(All, Chance, Answered + 1, Left, Expected, Referee);
        {pong, Expected} -> ping(All, Chance, Answered, Left, Referee);
        {go, N, From} -> ping(All, Chance, Answered, N, From);
        {ask, From} -> From ! {counted, self(), Answered}, member(All, Chance, 0, 0, none, none)
    end.

ping(All, Chance, Answered, 0, Referee) ->
    Referee ! {over, self()},
    member(All, Chance, Answered, 0, none, none);
ping(All, Chance, Answered, Left, Referee) ->
    Next = next_random(Chance),
    P = element(Next rem ?MEMBERS + 1, All),
    P ! {ping, self()},
    member(All, Next, Answered, Left - 1, P, Referee).

%% The suite's own chance.
next_random(Value) -> (Value * 1309 + 13849) band 65535.

%% dictionary: one request after the other, one in ten writes.
client(_, _, N, N) -> ok;
client(Dictionary, Chance, I, N) ->
    Next = next_random(Chance),
    Key = Next * 8 rem ?KEYS,
    Found =
        if
            Next rem 100 < ?WRITE_PERCENT ->
                gen_server:call(Dictionary, {write, Key, Key + ?KEYS * (I rem 1000)});
            true -> gen_server:call(Dictionary, {read, Key})
        end,
    Key = Found rem ?KEYS,
    client(Dictionary, Next, I + 1, N).

%% bounded-buffer: nobody produces more while it is full. `Free` and `Full` are who waits for items and for room.
buffer(Items, Queued, Free, FreeCount, Full, Producers) ->
    receive
        {item, Producer, _} = Item ->
            {Items1, Queued1, Free1, FreeCount1} =
                case FreeCount of
                    0 -> {queue:in(Item, Items), Queued + 1, Free, 0};
                    _ ->
                        {{value, Consumer}, Rest} = queue:out(Free),
                        Consumer ! Item,
                        {Items, Queued, Rest, FreeCount - 1}
                end,
            true = Queued1 =< ?BUFFER,
            if
                Queued1 >= ?BUFFER - ?PRODUCERS ->
                    buffer(Items1, Queued1, Free1, FreeCount1, queue:in(Producer, Full), Producers);
                true ->
                    Producer ! produce,
                    buffer(Items1, Queued1, Free1, FreeCount1, Full, Producers)
            end;
        {free, Consumer} when Queued =:= 0 ->
            emptied(Items, Free, Consumer, FreeCount + 1, Full, Producers);
        {free, Consumer} ->
            {{value, Item}, Rest} = queue:out(Items),
            Consumer ! Item,
            case queue:out(Full) of
                {{value, Producer}, FullRest} ->
                    Producer ! produce,
                    buffer(Rest, Queued - 1, Free, FreeCount, FullRest, Producers);
                {empty, _} -> buffer(Rest, Queued - 1, Free, FreeCount, Full, Producers)
            end;
        over when Producers =:= 1, FreeCount =:= ?CONSUMERS -> close(queue:to_list(Free));
        over -> buffer(Items, Queued, Free, FreeCount, Full, Producers - 1)
    end.

emptied(_, Free, Consumer, ?CONSUMERS, _, 0) -> close([Consumer | queue:to_list(Free)]);
emptied(Items, Free, Consumer, FreeCount, Full, Producers) ->
    buffer(Items, 0, queue:in(Consumer, Free), FreeCount, Full, Producers).

close(Consumers) ->
    [P ! close || P <- Consumers],
    Had = [receive {had, P, Count, Sum} -> {Count, Sum} end || P <- Consumers],
    {lists:sum([Count || {Count, _} <- Had]), lists:sum([Sum || {_, Sum} <- Had])}.

producer(Manager, Place, End) ->
    receive
        produce when Place =:= End -> Manager ! over;
        produce -> Manager ! {item, self(), Place}, producer(Manager, Place + 1, End)
    end.

consumer(Manager, Count, Sum) ->
    Manager ! {free, self()},
    receive
        {item, _, Place} -> consumer(Manager, Count + 1, Sum + Place);
        close -> Manager ! {had, self(), Count, Sum}
    end.

%% philosophers: both forks or none.
table(_, Meals, 0) -> Meals;
table(Taken, Meals, Left) ->
    receive
        {take, Seat, Who} ->
            Right = (Seat + 1) rem ?SEATS,
            case element(Seat + 1, Taken) orelse element(Right + 1, Taken) of
                true -> Who ! denied, table(Taken, Meals, Left);
                false -> Who ! eat, table(lay(Taken, Seat, Right, true), Meals, Left)
            end;
        {done, Seat} ->
            Right = (Seat + 1) rem ?SEATS,
            {true, true} = {element(Seat + 1, Taken), element(Right + 1, Taken)},
            table(lay(Taken, Seat, Right, false), Meals + 1, Left);
        leave -> table(Taken, Meals, Left - 1)
    end.

lay(Taken, Seat, Right, Is) -> setelement(Right + 1, setelement(Seat + 1, Taken, Is), Is).

hungry(Table, _, 0) -> Table ! leave;
hungry(Table, Seat, Left) ->
    Table ! {take, Seat, self()},
    receive
        denied -> hungry(Table, Seat, Left);
        eat -> Table ! {done, Seat}, hungry(Table, Seat, Left - 1)
    end.

%% skynet: ten children each, down to the leaves; the answer is the sum of the leaves and the number of processes.
trees(_, N, Counted) when Counted >= N -> Counted;
trees(Leaves, N, Counted) ->
    Self = self(),
    spawn_link(fun() -> skynet(Self, 0, Leaves) end),
    Expected = Leaves * (Leaves - 1) div 2,
    receive {sum, Expected, Actors} -> trees(Leaves, N, Counted + Actors) end.

skynet(Parent, Number, 1) -> Parent ! {sum, Number, 1};
skynet(Parent, Number, Leaves) ->
    Self = self(),
    Part = Leaves div 10,
    [spawn(fun() -> skynet(Self, Number + I * Part, Part) end) || I <- lists:seq(0, 9)],
    {Sum, Actors} = gather(10, 0, 1),
    Parent ! {sum, Sum, Actors}.

gather(0, Sum, Actors) -> {Sum, Actors};
gather(N, Sum, Actors) -> receive {sum, S, A} -> gather(N - 1, Sum + S, Actors + A) end.

leaves_within(N, Leaves) ->
    case tree_size(Leaves * 10) =< N of
        true -> leaves_within(N, Leaves * 10);
        false -> Leaves
    end.

tree_size(1) -> 1;
tree_size(Leaves) -> 1 + 10 * tree_size(Leaves div 10).

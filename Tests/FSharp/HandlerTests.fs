module OrleansTasks.Tests.FSharp.HandlerTests

open System
open System.Net
open System.Net.Sockets
open System.Threading
open System.Threading.Tasks
open Microsoft.Extensions.DependencyInjection
open Microsoft.Extensions.Hosting
open Microsoft.Extensions.Logging
open Orleans.Hosting
open OrleansTasks
open Xunit

type Order = { Item: string; Quantity: int; Note: string option }

type Receipt = { Text: string; Paid: decimal option }

type Ship() =
    interface ITaskHandler<Order, Receipt> with
        member _.RunAsync(order, _, _) =
            Task.FromResult { Text = $"{order.Quantity} {order.Item} " + defaultArg order.Note "no note"; Paid = None }

[<Struct>]
type Place = { Row: int; Seat: int }

[<CLIMutable>]
type Setting = { Name: string; mutable Level: int }

type Line = { Item: string; Price: decimal; Places: Place list } with
    member this.Full = this.Price * 2m
    member this.Label = this.Item

/// <summary>Represents a typical F# class: let fields, members from constructor parameters, and settable members.</summary>
type Basket(owner: string, lines: Line list) =
    let title = "basket of " + owner
    let mutable first = None
    member _.Owner = owner
    member _.Lines = lines
    member _.Title = title
    member val Note = "" with get, set
    member val Kind = "basket"
    member _.First =
        if Option.isNone first then
            first <- List.tryHead lines

        first

// What docs/handlers.md shows. It is not run; that it compiles is the test.
let private examples (tasks: TasksBuilder) (download: string -> Async<int>) =
    // example: fsharp-handlers
    tasks.Define("square", Func<int, int64>(fun n -> int64 n * int64 n)) |> ignore
    tasks.Define("fetch", Func<string, Async<int>>(fun address -> async { return! download address })) |> ignore
    // end

let private freePort () =
    use listener = new TcpListener(IPAddress.Loopback, 0)
    listener.Start()
    (listener.LocalEndpoint :?> IPEndPoint).Port

let private withSilo (define: TasksBuilder -> unit) (body: ITaskClient -> Task) : Task =
    task {
        let builder = Host.CreateApplicationBuilder()
        builder.Logging.ClearProviders() |> ignore

        builder.UseOrleans(fun silo ->
            silo.UseLocalhostClustering(freePort (), freePort ()).UseInMemoryTasks().AddTasks(Action<TasksBuilder> define)
            |> ignore)
        |> ignore

        use host = builder.Build()
        do! host.StartAsync()
        do! body (host.Services.GetRequiredService<ITaskClient>())
        do! host.StopAsync()
    }

[<Fact>]
let ``RunAsync_FSharpSiloWithoutAttributes_RunsHandlersOfAllShapes`` () =
    withSilo
        (fun tasks ->
            tasks.Define("square", Func<int, int64>(fun n -> int64 n * int64 n)) |> ignore
            tasks.Define("async", Func<int, Async<int>>(fun n -> async {
                do! Async.Sleep 1
                return n + 1
            })) |> ignore
            tasks.Define("task", Func<int, Task<int>>(fun n -> task { return n + 2 })) |> ignore
            tasks.Define<Ship>("ship") |> ignore)
        (fun client ->
            task {
                let! square = client.RunAsync<int64>("square", TaskArguments.Of 12)
                Assert.Equal(144L, square)
                let! fromAsync = client.RunAsync<int>("async", TaskArguments.Of 1)
                Assert.Equal(2, fromAsync)
                let! fromTask = client.RunAsync<int>("task", TaskArguments.Of 1)
                Assert.Equal(3, fromTask)
                let! shipped = client.RunAsync<Receipt>("ship", TaskArguments.From {| item = "book"; quantity = 2 |})
                Assert.Equal({ Text = "2 book no note"; Paid = None }, shipped)
                let! noted = client.RunAsync<Receipt>("ship", TaskArguments.Of { Item = "book"; Quantity = 1; Note = Some "soon" })
                Assert.Equal("1 book soon", noted.Text)
            })

[<Fact>]
let ``RunAsync_AsyncOfUnitThatFails_IsAFailedRun`` () =
    let mutable ran = 0
    withSilo
        (fun tasks ->
            tasks.Define("quiet", Func<Async<unit>>(fun () -> async { Interlocked.Increment &ran |> ignore })) |> ignore
            tasks.Define("broken", Func<Async<unit>>(fun () -> async { failwith "broken" })) |> ignore)
        (fun client ->
            task {
                let! quiet = client.RunAsync("quiet")
                Assert.Equal(RunStatus.Succeeded, quiet.Status)
                Assert.False(quiet.HasValue)
                Assert.Equal(1, Volatile.Read &ran)
                let! broken = client.RunAsync("broken")
                Assert.Equal(RunStatus.Failed, broken.Status)
                Assert.Equal("broken", broken.Error)
            })

[<Fact>]
let ``RunAsync_AsyncThatIsCancelled_IsACancelledRun`` () =
    let began = TaskCompletionSource()
    withSilo
        (fun tasks ->
            tasks.Define("forever", Func<Async<int>>(fun () -> async {
                began.SetResult()
                do! Async.Sleep -1
                return 1
            })) |> ignore)
        (fun client ->
            task {
                let! run = client.DispatchAsync("forever")
                do! began.Task
                let! asked = client.CancelRunAsync run
                Assert.True asked
                let! result = client.WaitAsync run
                Assert.Equal(RunStatus.Cancelled, result.Status)
            })

[<Fact>]
let ``RunAsync_OptionParameter_MayBeLeftOut`` () =
    withSilo
        (fun tasks ->
            let greet = Func<string, string option, string>(fun whom word -> defaultArg word "Hello" + $", {whom}!")
            tasks.Define("greet", greet) |> ignore)
        (fun client ->
            task {
                let! short = client.RunAsync<string>("greet", TaskArguments.Of "Ada")
                Assert.Equal("Hello, Ada!", short)
                let! full = client.RunAsync<string>("greet", TaskArguments.Create(ReadOnlySpan [| box "Ada"; box "Hi" |]))
                Assert.Equal("Hi, Ada!", full)
            })

[<Fact>]
let ``RunAsync_TypesOfFSharpWithMembersOfTheirOwn_AreTakenAndComeBack`` () =
    withSilo
        (fun tasks ->
            tasks.Define("basket", Func<Basket, Basket>(id)) |> ignore
            tasks.Define("setting", Func<Setting, Setting>(id)) |> ignore
            tasks.Define("anonymous", Func<{| Number: int; Inner: {| Text: string |} |}, int>(fun it -> it.Number)) |> ignore)
        (fun client ->
            task {
                let line = { Item = "book"; Price = 3m; Places = [ { Row = 1; Seat = 2 } ] }
                let! basket = client.RunAsync<Basket>("basket", TaskArguments.Of(Basket("Ada", [ line ], Note = "soon")))
                Assert.Equal(("Ada", "soon", "basket of Ada"), (basket.Owner, basket.Note, basket.Title))
                Assert.Equal<Line list>([ line ], basket.Lines)
                let! setting = client.RunAsync<Setting>("setting", TaskArguments.Of { Name = "a"; Level = 3 })
                Assert.Equal({ Name = "a"; Level = 3 }, setting)
                let! number = client.RunAsync<int>("anonymous", TaskArguments.Of {| Number = 7; Inner = {| Text = "x" |} |})
                Assert.Equal(7, number)
            })

/**
 * Reads a synthesized CloudFormation template: finds resources and resolves intrinsic functions as a deployment does.
 * Supports only what CDK renders for this stack and rejects everything else by name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'
import { attribute, type Place, physicalName, reference } from './resources.ts'

export interface Resource {
  readonly id: string
  readonly type: string
  /** The name from the template, or the one that CloudFormation would generate. */
  readonly name: string
  readonly properties: JsonObject
}

export interface Template {
  readonly place: Place
  readonly description: string | undefined
  /** The template as it was synthesized. */
  readonly document: JsonObject
  /** Every resource with the value of its `Ref`, which is its physical ID. */
  physicalIds(): readonly { readonly id: string; readonly type: string; readonly physicalId: string }[]
  /** All resources of a type, with resolved properties. */
  resources(type: string): readonly Resource[]
  /** Finds the resource with this ARN or physical name. */
  find(type: string, arnOrName: string): Resource
  resolve(value: Json): Json
  /** The resolved value of an output. */
  output(name: string): string
  /** All resolved outputs. */
  outputs(): Readonly<Record<string, string>>
}

type Resolve = (value: Json) => Json

export function openTemplate(document: JsonObject, place: Place): Template {
  const declared = asObject(document.Resources, 'Resources')
  const parameters = isObject(document.Parameters) ? document.Parameters : {}

  function typeOf(id: string): string | undefined {
    const resource = declared[id]
    return isObject(resource) ? asString(resource.Type, `the type of ${id}`) : undefined
  }

  function nameOf(id: string): string {
    const resource = asObject(declared[id], id)
    const properties = isObject(resource.Properties) ? resource.Properties : {}
    return physicalName(typeOf(id) ?? '', id, place, (key) =>
      key in properties ? asString(resolve(properties[key] ?? null), `${id}.${key}`) : undefined,
    )
  }

  function ref(id: string): Json {
    if (id in PSEUDO) return PSEUDO[id as keyof typeof PSEUDO](place)
    const type = typeOf(id)
    if (type) return reference(type, nameOf(id), place)
    const parameter = parameters[id]
    if (isObject(parameter) && parameter.Default !== undefined) return parameter.Default
    throw new Error(
      `the template refers to ${id}, which is neither a resource nor a parameter with a default`,
    )
  }

  function getAtt(id: string, name: string): string {
    const type = typeOf(id)
    if (!type) throw new Error(`the template refers to ${id}.${name}, but has no resource ${id}`)
    return attribute(type, nameOf(id), name, place)
  }

  function resolve(value: Json): Json {
    if (Array.isArray(value)) return value.map(resolve)
    if (!isObject(value)) return value
    const [key, ...others] = Object.keys(value)
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return intrinsic(key, value[key] ?? null, resolve, ref, getAtt)
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]))
  }

  function resource(id: string): Resource {
    const { Properties = {} } = asObject(declared[id], id)
    return {
      id,
      type: typeOf(id) ?? '',
      name: nameOf(id),
      properties: asObject(resolve(Properties), `the properties of ${id}`),
    }
  }

  function resources(type: string): readonly Resource[] {
    return Object.keys(declared)
      .filter((id) => typeOf(id) === type)
      .map(resource)
  }

  function outputsOf(): JsonObject {
    return isObject(document.Outputs) ? document.Outputs : {}
  }

  function output(name: string): string {
    const found = outputsOf()[name]
    if (!isObject(found)) throw new Error(`the template has no output ${name}`)
    return asString(resolve(found.Value ?? null), `output ${name}`)
  }

  return {
    place,
    description: typeof document.Description === 'string' ? document.Description : undefined,
    document,
    physicalIds: () =>
      Object.keys(declared).map((id) => ({ id, type: typeOf(id) ?? '', physicalId: String(ref(id)) })),
    resources,
    resolve,
    find(type, arnOrName) {
      const ids = Object.keys(declared).filter((id) => typeOf(id) === type)
      const id = ids.find((one) => nameOf(one) === arnOrName || arnOf(type, nameOf(one)) === arnOrName)
      if (!id) throw new Error(`${type} ${arnOrName} not found in the template`)
      return resource(id)
    },
    output,
    outputs: () => Object.fromEntries(Object.keys(outputsOf()).map((name) => [name, output(name)])),
  }

  function arnOf(type: string, name: string): string {
    return attribute(type, name, 'Arn', place)
  }
}

const PSEUDO = {
  'AWS::AccountId': (place: Place) => place.account,
  'AWS::Region': (place: Place) => place.region,
  'AWS::Partition': (place: Place) => place.partition,
  'AWS::URLSuffix': () => 'amazonaws.com',
  'AWS::StackName': (place: Place) => place.stack,
  'AWS::StackId': (place: Place) =>
    `arn:${place.partition}:cloudformation:${place.region}:${place.account}:stack/${place.stack}/local`,
} as const

function intrinsic(
  key: string,
  argument: Json,
  resolve: Resolve,
  ref: (id: string) => Json,
  getAtt: (id: string, name: string) => string,
): Json {
  switch (key) {
    case 'Ref':
      return ref(asString(argument, 'Ref'))
    case 'Fn::GetAtt': {
      const [id, ...name] = typeof argument === 'string' ? argument.split('.') : asArray(argument)
      return getAtt(asString(id, 'Fn::GetAtt'), name.join('.'))
    }
    case 'Fn::Join': {
      const [separator, parts] = asArray(argument)
      return asArray(resolve(parts ?? null))
        .map(String)
        .join(asString(separator, 'the separator of Fn::Join'))
    }
    case 'Fn::Select': {
      const [index, list] = asArray(argument)
      const chosen = asArray(resolve(list ?? null))[Number(index)]
      if (chosen === undefined) throw new Error(`Fn::Select ${index} is outside of its list`)
      return chosen
    }
    case 'Fn::Split': {
      const [separator, text] = asArray(argument)
      const whole = asString(resolve(text ?? null), 'the text of Fn::Split')
      return whole.split(asString(separator, 'the separator of Fn::Split'))
    }
    case 'Fn::Sub':
      return substitute(argument, resolve, ref, getAtt)
    default:
      throw new Error(`the template uses ${key}, which the local run cannot resolve`)
  }
}

/** `${Name}`, `${Resource.Attribute}`, and `${!Name}` for the literal text. */
function substitute(
  argument: Json,
  resolve: Resolve,
  ref: (id: string) => Json,
  getAtt: (id: string, name: string) => string,
): string {
  const [text, given] = Array.isArray(argument) ? argument : [argument]
  const variables = isObject(given) ? given : {}
  return asString(text, 'the text of Fn::Sub').replaceAll(/\$\{([^}$]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (name in variables) return String(resolve(variables[name] ?? null))
    const dot = name.indexOf('.')
    return dot < 0 ? String(ref(name)) : getAtt(name.slice(0, dot), name.slice(dot + 1))
  })
}
